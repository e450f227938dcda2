package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.StreamJunction;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.util.timestamp.TimestampGenerator;
import io.siddhi.query.api.SiddhiApp;
import io.sluice.runner.state.AppState;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.CheckpointHeader;
import io.sluice.runner.state.ElementStates;
import io.sluice.runner.state.RestoreReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes checkpoints of one hosted app and starts it from one: state, positions, clock and triggers of the same instant. */
final class HostState {

    /** A checkpoint whose state is copied but not encoded. */
    record Taken(CheckpointHeader header, AppState.Copy copy) {
        Checkpoint encode() throws CheckpointException {
            return new Checkpoint(header, copy.sections());
        }
    }

    private final String app;
    private final SiddhiAppContext context;
    private final EngineFields engine;
    private final Lane lane;
    private final Triggers triggers;
    private final Positions positions;
    private final SiddhiHost.Environment environment;
    private final HostMeters meters;
    private final AppState state;
    private volatile @Nullable Consumer<Optional<Checkpoint>> keeper;
    private long lastRevision; // owner thread

    @SuppressWarnings("rawtypes") // Siddhi's signature
    HostState(
            SiddhiApp app,
            SiddhiAppContext context,
            SiddhiAppRuntime runtime,
            EngineFields engine,
            Lane lane,
            Triggers triggers,
            Positions positions,
            SiddhiHost.Environment environment,
            HostMeters meters) {
        this.app = context.getName();
        this.context = context;
        this.engine = engine;
        this.lane = lane;
        this.triggers = triggers;
        this.positions = positions;
        this.environment = environment;
        this.meters = meters;
        List<Class<?>> extensions = new ArrayList<>();
        for (Class extension : context.getSiddhiContext().getSiddhiExtensions().values()) {
            extensions.add(extension);
        }
        this.state = new AppState(
                app,
                runtime,
                (ElementStates) context.getSnapshotService(),
                engine.streamsOf(runtime).stream()
                        .map(StreamJunction::getStreamDefinition)
                        .toList(),
                extensions);
    }

    /** See {@link SiddhiHost#checkpoint}. */
    Checkpoint checkpoint() throws CheckpointException, InterruptedException {
        try {
            return lane.ask(this::take).encode();
        } catch (CheckpointException | InterruptedException | RuntimeException passOn) {
            throw passOn;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** See {@link SiddhiHost#keepLast}. */
    void keepLast(Consumer<Optional<Checkpoint>> by) {
        keeper = by;
    }

    /**
     * Takes the last checkpoint of an app that has stopped: its state belongs to the caller then.
     *
     * @param failed told if it cannot be taken
     */
    void takeLast(Consumer<Throwable> failed) {
        Consumer<Optional<Checkpoint>> by = keeper;
        if (by == null) {
            return;
        }
        Optional<Checkpoint> last = Optional.empty();
        try {
            if (lane.isAlive()) {
                throw new CheckpointException("the app's thread did not end, its state is not at rest");
            }
            last = Optional.of(take().encode());
        } catch (CheckpointException | RuntimeException trouble) {
            failed.accept(trouble);
        } finally {
            by.accept(last);
        }
    }

    private Taken take() throws CheckpointException {
        long began = System.nanoTime();
        AppState.Copy copy = state.copy();
        long wall = environment.wall().millis();
        lastRevision = Math.max(lastRevision + 1, wall);
        Map<String, String> shown = new HashMap<>();
        positions.now().forEach((source, position) -> shown.put(source, position.toString()));
        CheckpointHeader header = new CheckpointHeader(
                app,
                String.valueOf(lastRevision),
                wall,
                now(),
                CheckpointHeader.ENGINE,
                state.fingerprint(),
                triggers.dues(),
                shown);
        environment.durability().taken(header.revision());
        meters.paused(System.nanoTime() - began);
        return new Taken(header, copy);
    }

    /** Lets time go on from where it was. On the owner thread, before anything of the app starts. */
    void continueClock(Checkpoint checkpoint) {
        TimestampGenerator generator = context.getTimestampGenerator();
        if (context.isPlayback()) {
            engine.eventTime(generator, checkpoint.header().clock());
        } else {
            lane.clock().continueFrom(checkpoint.header().clock());
        }
    }

    /**
     * Puts back what fits, then starts the triggers. On the owner thread, after the queries were started and before any event or timer.
     *
     * @param inputs finds the way into a stream
     * @param failed told of what a trigger throws
     */
    RestoreReport begin(Optional<Checkpoint> from, Function<String, InputHandler> inputs, Consumer<Throwable> failed)
            throws CheckpointException {
        RestoreReport report = from.isPresent() ? restore(from.get()) : RestoreReport.NOTHING;
        Map<String, Long> dues =
                from.map(checkpoint -> checkpoint.header().triggers()).orElse(Map.of());
        triggers.start(lane, dues, inputs, failed);
        return report;
    }

    private RestoreReport restore(Checkpoint checkpoint) throws CheckpointException {
        String engineThen = checkpoint.header().engine();
        if (!engineThen.equals(CheckpointHeader.ENGINE)) {
            List<RestoreReport.Dropped> all = new ArrayList<>();
            checkpoint
                    .sections()
                    .forEach(section -> all.add(new RestoreReport.Dropped(
                            section.label(),
                            "its state is that of engine " + engineThen + ", this is " + CheckpointHeader.ENGINE)));
            return new RestoreReport(List.of(), all);
        }
        lastRevision = Long.parseLong(checkpoint.revision());
        return state.restore(checkpoint.sections());
    }

    private long now() {
        return context.isPlayback()
                ? context.getTimestampGenerator().currentTime()
                : lane.clock().now();
    }
}
