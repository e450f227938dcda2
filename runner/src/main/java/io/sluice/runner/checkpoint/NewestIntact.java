package io.sluice.runner.checkpoint;

import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes back from the newest checkpoint to one that can be read. */
final class NewestIntact {

    private static final Logger LOG = LoggerFactory.getLogger(NewestIntact.class);

    private NewestIntact() {}

    static Optional<Checkpoint> of(String app, CheckpointStore store) throws CheckpointException {
        List<CheckpointStore.Entry> entries = store.list(app);
        CheckpointException first = null;
        for (CheckpointStore.Entry entry : entries) {
            try {
                Checkpoint intact = store.load(app, entry.revision());
                if (first != null) {
                    LOG.atError()
                            .addKeyValue("app", app)
                            .addKeyValue("revision", entry.revision())
                            .log("an older checkpoint is used; events since then are processed again where their source"
                                    + " can rewind, and lost where it cannot");
                }
                return Optional.of(intact);
            } catch (CheckpointException damaged) {
                LOG.atError()
                        .addKeyValue("app", app)
                        .addKeyValue("revision", entry.revision())
                        .addKeyValue("error", damaged.getMessage())
                        .log("checkpoint is damaged, the one before is tried");
                first = first == null ? damaged : first;
            }
        }
        if (first != null) {
            throw new CheckpointException(
                    "app '" + app + "': none of its " + entries.size()
                            + " checkpoints can be read; clear them to start without state",
                    first);
        }
        return Optional.empty();
    }
}
