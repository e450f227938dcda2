package io.sluice.runner.checkpoint;

import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the newest checkpoints of each app. Thread-safe; one process writes the checkpoints of an app at a time.
 */
public interface CheckpointStore {

    /**
     * What is kept.
     *
     * @param revision as in the checkpoint
     * @param takenAt wall-clock time, in milliseconds since 1970
     * @param size bytes
     */
    record Entry(String revision, long takenAt, long size) {}

    /**
     * Keeps a checkpoint. When it returns, no crash of the process or the machine takes it away; older ones beyond the number to keep are gone.
     *
     * @throws CheckpointException if it could not be kept; those before are as they were
     */
    void save(String app, Checkpoint checkpoint) throws CheckpointException;

    /** What is kept of an app, newest first; without looking whether it is intact. */
    List<Entry> list(String app) throws CheckpointException;

    /**
     * The newest that is intact. One that is damaged is passed over, with an error in the log.
     *
     * @return empty if nothing was ever kept
     * @throws CheckpointException if something was kept and none of it is intact: starting without state would be a silent loss
     */
    Optional<Checkpoint> latest(String app) throws CheckpointException;

    /**
     * One of them.
     *
     * @throws CheckpointException if it is damaged or not there
     */
    Checkpoint load(String app, String revision) throws CheckpointException;

    /** Forgets all checkpoints of an app. */
    void clear(String app) throws CheckpointException;
}
