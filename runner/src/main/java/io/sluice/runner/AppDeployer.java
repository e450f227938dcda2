package io.sluice.runner;

import io.siddhi.core.SiddhiManager;
import io.siddhi.query.api.SiddhiApp;
import io.sluice.common.HealthChecks;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.host.AppStartException;
import io.sluice.runner.host.Connection;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.SiddhiHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes apps run and stop, one at a time. The only one who starts an app. A file that is bad, or an app that does not start, harms no other and leaves
 * nothing open; the {@link AppCatalog} and the app's health check say why.
 */
public final class AppDeployer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppDeployer.class);
    private static final int STOP_THREADS = 8;

    private final SiddhiManager manager;
    private final AppCheck check;
    private final SiddhiHost.Environment environment;
    private final Checkpoints checkpoints;
    private final AppCatalog catalog;
    private final HealthChecks health;
    private final Duration stopTimeout;
    private final Map<String, SiddhiHost> running = new ConcurrentHashMap<>(); // written while holding this
    private volatile @Nullable SiddhiHost starting; // written while holding this

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
        this.health = health;
        this.stopTimeout = stopTimeout;
    }

    /** Deploys a file; returns when the app runs or when it is clear that it does not. */
    public synchronized DeployResult deploy(Path file) {
        AppSource source = check.read(file);
        SiddhiApp app = source.app();
        if (running.containsKey(source.name())) {
            Path other = catalog.find(source.name()).map(AppCatalog.Entry::file).orElse(file);
            return duplicate(source, other);
        }
        if (app == null) {
            return rejected(source, source.findings());
        }
        try {
            start(source.name(), app);
        } catch (AppStartException failure) {
            return rejected(source, with(source, source.secrets().mask(Reason.of(failure))));
        } catch (RuntimeException | LinkageError refused) {
            return rejected(source, with(source, source.secrets().mask(Reason.of(refused))));
        }
        catalog.put(entry(source, new AppCatalog.State.Running()));
        health.register("app:" + source.name(), () -> running(source.name()));
        source.findings().forEach(AppDeployer::warn);
        LOG.atInfo().addKeyValue("app", source.name()).addKeyValue("file", file).log("app deployed");
        return new DeployResult.Deployed(source.name(), source.findings());
    }

    /**
     * Stops an app: no new events, what waits is processed, then everything of it is closed and forgotten.
     *
     * @return false if no app of that name runs
     */
    public synchronized boolean undeploy(String name) {
        SiddhiHost host = running.remove(name);
        if (host == null) {
            return false;
        }
        host.close(stopTimeout);
        health.unregister("app:" + name);
        catalog.remove(name);
        LOG.atInfo().addKeyValue("app", name).log("app undeployed");
        return true;
    }

    /** An app that runs, or is being started. From any thread. */
    Optional<SiddhiHost> host(String name) {
        SiddhiHost host = running.get(name);
        SiddhiHost next = starting;
        return host == null && next != null && next.name().equals(name) ? Optional.of(next) : Optional.ofNullable(host);
    }

    /** Stops all apps side by side, within the stop time. */
    @Override
    public synchronized void close() {
        ExecutorService threads = Executors.newFixedThreadPool(STOP_THREADS);
        for (SiddhiHost host : running.values()) {
            threads.execute(() -> host.close(stopTimeout));
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
            health.unregister("app:" + entry.name());
            catalog.remove(entry.name());
        }
    }

    private void start(String name, SiddhiApp app) throws AppStartException {
        try {
            SiddhiHost host = checkpoints.start(name, durability -> {
                SiddhiHost made = SiddhiHost.create(manager, app, name, environment.with(durability));
                starting = made;
                return made;
            });
            running.put(name, host);
        } finally {
            starting = null;
        }
    }

    private HealthChecks.State running(String name) {
        SiddhiHost host = running.get(name);
        if (host == null) {
            return new HealthChecks.State(false, "stopped");
        }
        String missing = host.connections().stream()
                .filter(connection -> !connection.connected())
                .map(Connection::part)
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? new HealthChecks.State(true, "running")
                : new HealthChecks.State(false, "not connected: " + missing);
    }

    private DeployResult rejected(AppSource source, List<Finding> findings) {
        String reason = findings.stream()
                .filter(Finding::isError)
                .map(Finding::toString)
                .collect(Collectors.joining("\n"));
        catalog.put(entry(source, new AppCatalog.State.Failed(reason)));
        health.register("app:" + source.name(), () -> new HealthChecks.State(false, reason));
        findings.forEach(AppDeployer::warn);
        return new DeployResult.Rejected(findings);
    }

    /** The name is taken by an app that runs: its entry stays as it is. */
    private static DeployResult duplicate(AppSource source, Path other) {
        List<Finding> findings = with(
                source, "an app named '" + source.name() + "' runs already, from '" + other + "'; choose another name");
        findings.forEach(AppDeployer::warn);
        return new DeployResult.Rejected(findings);
    }

    private AppCatalog.Entry entry(AppSource source, AppCatalog.State state) {
        return new AppCatalog.Entry(
                source.name(),
                source.file(),
                state,
                Instant.ofEpochMilli(environment.wall().millis()));
    }

    private static List<Finding> with(AppSource source, String error) {
        List<Finding> findings = new ArrayList<>(source.findings());
        findings.add(Finding.error(source.file(), Template.Place.START, error));
        return List.copyOf(findings);
    }

    private static void warn(Finding finding) {
        if (finding.isError()) {
            LOG.atError().addKeyValue("finding", finding).log("app is not deployed");
        } else if (finding.severity() == Finding.Severity.NOTE) {
            LOG.atInfo().addKeyValue("finding", finding).log("app is deployed, with a note");
        } else {
            LOG.atWarn().addKeyValue("finding", finding).log("app is deployed, with a doubt");
        }
    }
}
