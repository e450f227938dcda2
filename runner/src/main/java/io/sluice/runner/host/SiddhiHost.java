package io.sluice.runner.host;

import io.micrometer.core.instrument.MeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.query.api.SiddhiApp;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.ElementStates;
import io.sluice.runner.state.RestoreReport;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.FailureNotes;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SharedResources;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Siddhi app with one owner thread, its lane. Sources map events on their own threads; everything that touches the app's state (queries, timers,
 * triggers, positions) happens on the lane, one item after the other.
 *
 * <ol>
 *   <li>{@link #create} builds the app and opens nothing to the outside.
 *   <li>{@link #start} returns when all parts run or wait for a connection, or throws the reason and leaves nothing open.
 *   <li>{@link #close} takes no new events, processes what waits, and ends in bounded time.
 * </ol>
 */
public final class SiddhiHost implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /**
     * What a host is given from outside.
     *
     * @param limits bounds of what waits
     * @param wall wall-clock time
     * @param meters where the host counts
     * @param failures told of everything that goes wrong inside the app
     * @param durability decides when processed positions may be committed outward
     */
    public record Environment(
            HostLimits limits,
            InstantSource wall,
            MeterRegistry meters,
            FailureListener failures,
            Durability durability) {

        /** The same with another durability. */
        public Environment with(Durability other) {
            return new Environment(limits, wall, meters, failures, other);
        }
    }

    private final SiddhiManager manager;
    private final String name;
    private final Environment environment;
    private final EngineFields engine = new EngineFields();
    private final LaneClock clock;
    private final Lane lane;
    private final LaneScheduler scheduler;
    private final Triggers triggers;
    private final HostedApp app;
    private final HostMeters meters;
    private final Positions positions = new Positions();
    private final Feeds feeds;
    private final SourceKeys sourceKeys = new SourceKeys();
    private final Outputs outputs;
    private final FailureNotes failures;
    private final Connections connections;
    private final SiddhiAppRuntime runtime;
    private final HostState state;
    private @Nullable SiddhiAppContext context;
    private volatile @Nullable Throwable startFailure;
    private boolean closed; // guarded by this

    private SiddhiHost(SiddhiManager manager, SiddhiApp parsed, String name, Environment environment) {
        this.manager = manager;
        this.name = name;
        this.environment = environment;
        this.meters = new HostMeters(environment.meters(), name);
        this.clock = new LaneClock(environment.wall());
        this.lane =
                new Lane(name, environment.limits().inbox(), clock, thrown -> failed(Failure.Kind.TASK, "", thrown));
        this.scheduler = new LaneScheduler(name, lane, engine, thrown -> failed(Failure.Kind.TASK, "", thrown));
        this.outputs = new Outputs(environment.durability(), scheduler);
        this.triggers = new Triggers(parsed);
        this.app = new HostedApp(parsed, this, this::entered);
        SiddhiAppRuntime before = manager.getSiddhiAppRuntime(name);
        try {
            this.runtime = manager.createSiddhiAppRuntime(app);
            this.failures = SharedResources.of(contextOrThrow()).failures();
            this.connections = new Connections(runtime, engine);
            SiddhiAppContext built = contextOrThrow();
            this.feeds = new Feeds(runtime, built, lane, meters, (at, why) -> failed(Failure.Kind.QUERY, at, why));
            prepare(built);
            this.state = new HostState(app, built, runtime, engine, lane, triggers, positions, environment, meters);
        } catch (RuntimeException | Error refused) {
            SiddhiAppRuntime left = manager.getSiddhiAppRuntime(name);
            if (left != null && left != before) {
                left.shutdown();
            }
            abandon();
            throw refused;
        }
    }

    /**
     * Builds an app.
     *
     * @param manager gets the app under its name; its shared resources must hold {@link LaneSources}
     * @param parsed as the Siddhi compiler made it; belongs to the host afterwards
     * @param name the app's {@code @App:name}
     * @throws RuntimeException as Siddhi throws it, with the place in the app's text
     */
    public static SiddhiHost create(SiddhiManager manager, SiddhiApp parsed, String name, Environment environment) {
        manager.setExtension("source:" + LaneHook.TYPE, LaneHook.class);
        return new SiddhiHost(manager, parsed, name, environment);
    }

    /** The app's name. */
    public String name() {
        return name;
    }

    /** What the host changed about the app as written. */
    public List<String> notes() {
        return app.notes();
    }

    /**
     * The way into a stream for callers outside the app: waits until the owner thread has processed the event.
     *
     * @throws IllegalArgumentException if the app has no such stream
     */
    public InputHandler input(String stream) {
        return feed(stream);
    }

    /** Adds a listener to a stream, called on the owner thread. Before the start. */
    public void addCallback(String stream, StreamCallback callback) {
        runtime.addCallback(stream, callback);
    }

    /**
     * Runs work on the app's owner thread, between two items, before all events that wait.
     *
     * @throws InterruptedException if the app stops
     * @throws Exception whatever the work throws
     */
    public <T> T ask(Callable<T> work) throws Exception {
        return lane.ask(work);
    }

    /**
     * Lets the app see the time that the wall clock shows now, and fires what is due. For clocks that are moved by hand; a running clock needs no
     * ticks.
     *
     * @throws InterruptedException if the app stops
     */
    public void tick() throws InterruptedException {
        Answer.run(lane, lane::runDueTimers);
    }

    /** When the app's next timer is due, in milliseconds of its clock: how far a clock that is moved by hand may jump without skipping one. */
    public OptionalLong nextTimer() {
        return lane.nextDue();
    }

    /** Where the sources continue after what has been processed. */
    public Map<String, Map<String, Object>> positions() {
        return positions.now();
    }

    /** How the app stands with its sources, sinks and tables. */
    public List<Connection> connections() {
        return connections.now();
    }

    /** Starts without a checkpoint; see {@link #start(Optional)}. */
    public void start() throws AppStartException {
        start(Optional.empty());
    }

    /** On-demand queries of the app's tables, windows and aggregations. */
    public StoreQueries queries() {
        return new StoreQueries(lane, runtime, contextOrThrow(), engine);
    }

    /** The ways by which something that failed comes back into the app. */
    public Reentry reentry() {
        return new Reentry(runtime, engine, connections, this::feed);
    }

    /**
     * Starts sinks, tables, queries, triggers and sources, in this order. A part that finds nobody at the other end is tried again later by Siddhi
     * and is no failure. State is put back before the first event and the first timer; sources continue from their positions in the checkpoint.
     *
     * @param from where to continue; parts that it does not know begin afresh
     * @return what was restored and what was not
     * @throws AppStartException with the part that failed and the reason; everything is closed again
     */
    public RestoreReport start(Optional<Checkpoint> from) throws AppStartException {
        try {
            lane.start();
            connections.openSinksAndTables();
            RestoreReport report = lane.ask(() -> {
                from.ifPresent(state::continueClock);
                runtime.startWithoutSources();
                requireAlive();
                return state.begin(from, this::feed, thrown -> failed(Failure.Kind.TASK, "trigger", thrown));
            });
            connections.openSources();
            requireAlive();
            return report;
        } catch (Exception | Error failure) {
            close();
            if (failure instanceof AppStartException known) {
                throw known;
            }
            throw new AppStartException("app '" + name + "' did not start: " + Reason.of(failure), failure);
        }
    }

    /**
     * Takes a checkpoint between two items. The app stands still while its state is copied; encoding happens on the calling thread.
     *
     * @throws CheckpointException naming what cannot be kept
     * @throws InterruptedException if the app stops
     */
    public Checkpoint checkpoint() throws CheckpointException, InterruptedException {
        return state.checkpoint();
    }

    /** Tells that a checkpoint of this app is durable: positions in it may be committed outward. Any thread. */
    public void saved(Checkpoint checkpoint) {
        environment.durability().saved(checkpoint.revision());
    }

    /**
     * From now on the app's end takes a last checkpoint, after the last event and before the sources are closed, and hands it over; empty if that is not
     * possible, which is reported as a failure.
     */
    public void keepLast(Consumer<Optional<Checkpoint>> keeper) {
        state.keepLast(keeper);
    }

    @Override
    public void close() {
        close(STOP_LIMIT);
    }

    /**
     * Pauses the sources, processes what waits, ends the owner thread, closes sinks and tables and waits for the threads. Idempotent.
     *
     * @param limit for all of it; what hangs longer is reported and left behind
     */
    public synchronized void close(Duration limit) {
        if (closed) {
            return;
        }
        closed = true;
        Stop stop = new Stop(name, limit);
        stop.step("pause its sources", stop.share(3), connections::pauseSources);
        Duration drain = stop.share(2);
        stop.step("process what waits", drain.plus(Lane.AFTER_INTERRUPT), () -> {
            int dropped = lane.stop(drain);
            if (dropped > 0) {
                failed(
                        Failure.Kind.BATCH,
                        "",
                        new IllegalStateException(dropped + " batches were not processed before the stop"));
            }
        });
        stop.step("deliver what its sinks hold", stop.share(2), outputs::releaseAll);
        stop.step(
                "take its last checkpoint",
                stop.share(2),
                () -> state.takeLast(trouble -> failed(Failure.Kind.CHECKPOINT, "", trouble)));
        stop.step("close its sources, sinks and tables", stop.share(1), () -> {
            if (manager.getSiddhiAppRuntime(name) == runtime) {
                runtime.shutdown();
            }
        });
        abandon();
        // Siddhi ends them itself two seconds later; nothing runs on them any more, as @async is gone
        stop.end("worker threads", contextOrThrow().getExecutorService());
        stop.await("retry threads", scheduler);
    }

    LaneFeed feed(String stream) {
        return feeds.of(stream);
    }

    ThreadLocal<LaneScope.Batch> openBatch() {
        return feeds.openBatch();
    }

    Lane lane() {
        return lane;
    }

    BatchScope open(String stream, PositionListener listener) {
        String key = sourceKeys.of(stream, listener);
        return new LaneScope(this, stream, key, listener, environment.limits().batchesPerSource());
    }

    void batchProcessed() {
        meters.batch();
    }

    /** Moves a source's position. On the owner thread, right after the batch. */
    void reached(String sourceKey, PositionListener listener, Map<String, Object> position) {
        positions.moved(sourceKey, position);
        try {
            listener.processed(position);
            outputs.reached(sourceKey, listener, position);
        } catch (RuntimeException thrown) {
            failed(Failure.Kind.POSITION, sourceKey, thrown);
        }
    }

    /** A sink's deliveries are asked for while the app is built. */
    void await(PendingOutput sink) {
        outputs.watch(sink);
    }

    FailureNotes failures() {
        return failures;
    }

    SiddhiAppRuntime runtime() {
        return runtime;
    }

    void failed(Failure.Kind kind, String where, Throwable cause) {
        meters.failure(kind);
        if (kind == Failure.Kind.QUERY) {
            failures.processingFailed(cause);
        }
        environment.failures().failed(new Failure(name, kind, where, cause));
    }

    /** Called by the hook while Siddhi builds the app, before any element exists. */
    private void entered(SiddhiAppContext building) {
        context = building;
        building.getScheduledExecutorService().shutdownNow();
        building.setScheduledExecutorService(scheduler);
        building.setSnapshotService(new ElementStates(building));
        building.setRuntimeExceptionListener(thrown -> failed(Failure.Kind.QUERY, "", thrown));
        building.setTimestampGenerator(building.isPlayback() ? PlaybackClock.of(building) : clock);
    }

    private void prepare(SiddhiAppContext built) {
        scheduler.order(built.getSchedulerList());
        TimerGuard.guard(
                built.getSchedulerList(), engine, (query, thrown) -> failed(Failure.Kind.TIMER, query, thrown));
        WatchedHolder.watch(engine.partsOf(built), thrown -> startFailure = thrown);
        engine.storeErrors(runtime); // also of streams that the app does not define, see HostedApp
        for (Source<?> source : connections.sources()) {
            source.getMapper().setInputHandler(feed(source.getStreamDefinition().getId()));
        }
        meters.watch(lane);
        app.tellNotes(name);
    }

    private SiddhiAppContext contextOrThrow() {
        SiddhiAppContext built = context;
        if (built == null) {
            throw new IllegalStateException("app '" + name + "' was built without its hook; is '" + LaneHook.TYPE
                    + "' the name of another source extension?");
        }
        return built;
    }

    /** Siddhi swallows what goes wrong in its start and shuts the app down; being forgotten by its manager is the only sign. */
    private void requireAlive() throws AppStartException {
        if (manager.getSiddhiAppRuntime(name) != runtime) {
            throw AppStartException.swallowed(name, startFailure);
        }
    }

    private void abandon() {
        scheduler.shutdownNow();
        meters.close();
    }
}
