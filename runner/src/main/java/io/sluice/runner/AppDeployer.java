package io.sluice.runner;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.query.api.SiddhiApp;
import io.sluice.common.HealthChecks;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.host.AppStartException;
import io.sluice.runner.host.Connection;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes apps run, change and stop, one at a time; for the folder and for the management API alike. The only one who starts an app. A file that is bad, or
 * an app that does not start, harms no other and leaves nothing open; the {@link AppCatalog} and the app's health check say why.
 *
 * <p>A changed app: the new text is checked and built without being started; then the old version's state is kept and the old one stops; the new one starts
 * from what fits of that state. When any step fails the old version runs, from its own state.
 */
public final class AppDeployer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppDeployer.class);
    private static final int STOP_THREADS = 8;

    /** What runs of an app, and the text it was made from. */
    private record Live(AppSource source, SiddhiHost host) {}

    /** From which state an app starts. */
    private interface Start {
        SiddhiHost start(Function<Durability, SiddhiHost> create) throws AppStartException;
    }

    private final SiddhiManager manager;
    private final AppCheck check;
    private final SiddhiHost.Environment environment;
    private final Checkpoints checkpoints;
    private final AppCatalog catalog;
    private final Outcomes outcomes;
    private final Duration stopTimeout;
    private final Map<String, Live> running = new ConcurrentHashMap<>(); // written while holding this
    private volatile @Nullable SiddhiHost starting; // written while holding this
    private boolean closed; // guarded by this

    /**
     * @param manager where apps are built
     * @param check reads the files
     * @param environment what each app is hosted with
     * @param checkpoints starts each app where it was
     * @param catalog told what became of each file
     * @param health gets a check {@code app:<name>} per app
     * @param stopTimeout how long the stop of all apps may take
     */
    AppDeployer(
            SiddhiManager manager,
            AppCheck check,
            SiddhiHost.Environment environment,
            Checkpoints checkpoints,
            AppCatalog catalog,
            HealthChecks health,
            Duration stopTimeout) {
        this.manager = manager;
        this.check = check;
        this.environment = environment;
        this.checkpoints = checkpoints;
        this.catalog = catalog;
        this.outcomes = new Outcomes(catalog, health, environment.wall());
        this.stopTimeout = stopTimeout;
    }

    /** Deploys a file, or what it became after a change; returns when it is clear what runs. */
    public synchronized DeployResult deploy(Path file) {
        return deploy(check.read(file));
    }

    /** Deploys a file as it is now, which may be newer than the look that found it changed; nothing if it is gone by now. */
    synchronized void follow(Path file) {
        if (Files.exists(file)) {
            deploy(file);
        }
    }

    /** The same with a text that has been read already. */
    synchronized DeployResult deploy(AppSource source) {
        Optional<Live> mine = running.values().stream()
                .filter(live -> live.source().file().equals(source.file()))
                .findFirst();
        if (mine.isPresent()) {
            return change(mine.get(), source);
        }
        Optional<AppCatalog.Entry> other = catalog.find(source.name())
                .filter(entry ->
                        !entry.file().equals(source.file()) && !(entry.state() instanceof AppCatalog.State.Failed));
        return other.isPresent() ? Outcomes.duplicate(source, other.get().file()) : first(source);
    }

    /**
     * Stops an app: no new events, what waits is processed, then everything of it is closed and forgotten, except for its checkpoints.
     *
     * @return false if no app of that name is known
     */
    public synchronized boolean undeploy(String name) {
        Live live = running.remove(name);
        if (live != null) {
            live.host().close(stopTimeout);
        }
        if (live == null && catalog.find(name).isEmpty()) {
            return false;
        }
        outcomes.gone(name);
        return true;
    }

    /** Forgets the apps of a file that is gone. */
    synchronized void undeploy(Path file) {
        catalog.of(file).forEach(entry -> undeploy(entry.name()));
    }

    /**
     * Stops an app until it is activated, its file changes or the runner starts again; its state is kept.
     *
     * @return false if it does not run
     */
    synchronized boolean deactivate(String name) {
        Live live = running.remove(name);
        if (live == null) {
            return false;
        }
        live.host().close(stopTimeout);
        outcomes.inactive(live.source());
        return true;
    }

    /** Starts an app again that was deactivated, from its state; tells nothing new of one that runs. */
    synchronized Optional<DeployResult> activate(String name) {
        Live live = running.get(name);
        if (live != null) {
            return Optional.of(new DeployResult.Deployed(name, List.of()));
        }
        return catalog.find(name).map(entry -> first(check.read(entry.file())));
    }

    /**
     * Stops an app and starts it from one of its checkpoints. When that fails it runs from where it was.
     *
     * @param from where it continues; empty: without state
     * @return empty if it does not run
     */
    synchronized Optional<DeployResult> restart(String name, Optional<Checkpoint> from) {
        Live live = running.get(name);
        if (live == null) {
            return Optional.empty();
        }
        AppSource again = check.read(live.source().file(), live.source().text());
        DeployResult result = swap(live, again, last -> from);
        Live now = running.get(name);
        if (result instanceof DeployResult.Deployed && now != null) {
            keepNow(now.host());
        }
        return Optional.of(result);
    }

    /** An app that runs, or is being started. From any thread. */
    Optional<SiddhiHost> host(String name) {
        Live live = running.get(name);
        SiddhiHost next = starting;
        return live == null && next != null && next.name().equals(name)
                ? Optional.of(next)
                : Optional.ofNullable(live).map(Live::host);
    }

    /** The engine's part of an app that runs. From any thread. */
    Optional<SiddhiAppRuntime> engine(String name) {
        return running.containsKey(name) ? Optional.ofNullable(manager.getSiddhiAppRuntime(name)) : Optional.empty();
    }

    /** The text that an app runs from; empty while it does not run. From any thread. */
    Optional<String> runningText(String name) {
        return Optional.ofNullable(running.get(name)).map(live -> live.source().text());
    }

    /** Stops all apps side by side, within the stop time. */
    @Override
    public synchronized void close() {
        closed = true;
        ExecutorService threads = Executors.newFixedThreadPool(STOP_THREADS);
        for (Live live : running.values()) {
            threads.execute(() -> live.host().close(stopTimeout));
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(stopTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn().addKeyValue("limit", stopTimeout).log("not all apps stopped in time");
            }
        } catch (InterruptedException hurry) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        running.clear();
        for (AppCatalog.Entry entry : catalog.all()) {
            outcomes.gone(entry.name());
        }
    }

    private DeployResult first(AppSource source) {
        try {
            start(source);
        } catch (AppStartException | RuntimeException | LinkageError refused) {
            boolean known = source.app() == null;
            return outcomes.rejected(source, known ? source.findings() : Outcomes.with(source, Reason.of(refused)));
        }
        return outcomes.running(source, () -> connected(source.name()));
    }

    private DeployResult change(Live old, AppSource source) {
        if (old.source().text().equals(source.text())) {
            return outcomes.running(old.source(), () -> connected(source.name()));
        }
        if (source.app() == null) {
            return kept(old.source(), source.findings());
        }
        return swap(old, source, last -> last);
    }

    /** From here on the old one is as good as back: it is stopped only after a checkpoint of it was kept. */
    private DeployResult swap(Live old, AppSource source, UnaryOperator<Optional<Checkpoint>> from) {
        String name = old.source().name();
        Checkpoint safe;
        try {
            safe = checkpoints.take(old.host());
        } catch (CheckpointException trouble) {
            String reason = "its state cannot be kept, so it is not stopped: " + trouble.getMessage()
                    + "; to give its state up, remove the file and put it back";
            return kept(old.source(), Outcomes.with(source, reason));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return kept(old.source(), Outcomes.with(source, "the runner stops"));
        }
        old.host().close(stopTimeout);
        running.remove(name);
        Checkpoint last = newest(name, safe);
        try {
            start(source, from.apply(Optional.of(last)));
        } catch (AppStartException | RuntimeException | LinkageError refused) {
            return back(old.source(), last, Outcomes.with(source, Reason.of(refused)));
        }
        return outcomes.running(source, () -> connected(name));
    }

    private DeployResult back(AppSource old, Checkpoint last, List<Finding> refused) {
        AppSource again = check.read(old.file(), old.text());
        try {
            start(again, Optional.of(last));
        } catch (AppStartException | RuntimeException | LinkageError worse) {
            List<Finding> both = new ArrayList<>(refused);
            both.addAll(Outcomes.with(again, "the version before it does not start any more: " + Reason.of(worse)));
            return outcomes.rejected(again, List.copyOf(both));
        }
        return kept(again, refused);
    }

    private DeployResult kept(AppSource old, List<Finding> findings) {
        return outcomes.kept(old, findings, () -> connected(old.name()));
    }

    /** The one that the stop took, or the one just before the stop. */
    private Checkpoint newest(String name, Checkpoint safe) {
        try {
            return checkpoints.store().latest(name).orElse(safe);
        } catch (CheckpointException unreadable) {
            LOG.atWarn()
                    .addKeyValue("app", name)
                    .addKeyValue("error", unreadable.getMessage())
                    .log("its last checkpoint cannot be read; it continues from the one just before its stop");
            return safe;
        }
    }

    /** A crash must not go back behind a restore that was asked for. */
    private void keepNow(SiddhiHost host) {
        try {
            checkpoints.take(host);
        } catch (CheckpointException reported) {
            LOG.atDebug().addKeyValue("app", host.name()).log("the next checkpoint is tried in time");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts from the newest checkpoint of the store. */
    private void start(AppSource source) throws AppStartException {
        begin(source, create -> checkpoints.start(source.name(), create));
    }

    private void start(AppSource source, Optional<Checkpoint> from) throws AppStartException {
        begin(source, create -> checkpoints.start(create, from));
    }

    private void begin(AppSource source, Start how) throws AppStartException {
        SiddhiApp app = source.app();
        if (closed) {
            throw new AppStartException("the runner stops", null);
        }
        if (app == null) {
            throw new AppStartException("the text of app '" + source.name() + "' has errors", null);
        }
        try {
            SiddhiHost host = how.start(durability -> {
                SiddhiHost made = SiddhiHost.create(manager, app, source.name(), environment.with(durability));
                starting = made;
                return made;
            });
            running.put(source.name(), new Live(source, host));
        } finally {
            starting = null;
        }
    }

    private HealthChecks.State connected(String name) {
        Live live = running.get(name);
        if (live == null) {
            return new HealthChecks.State(false, "stopped");
        }
        String missing = live.host().connections().stream()
                .filter(connection -> !connection.connected())
                .map(Connection::part)
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? new HealthChecks.State(true, "running")
                : new HealthChecks.State(false, "not connected: " + missing);
    }
}
