package io.sluice.runner;

import io.micrometer.core.instrument.MeterRegistry;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.sluice.common.HealthChecks;
import io.sluice.common.Service;
import io.sluice.runner.admin.RouteGroup;
import io.sluice.runner.checkpoint.CheckpointStore;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import io.sluice.runner.checkpoint.TableCheckpointStore;
import io.sluice.runner.errors.DurableErrorStore;
import io.sluice.runner.errors.EngineErrors;
import io.sluice.runner.errors.ErrorKeeping;
import io.sluice.runner.errors.Replay;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.HostLimits;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts the Siddhi apps of one folder, each with an owner thread of its own.
 *
 * <ol>
 *   <li>{@link #start()} deploys every {@code *.siddhi} file. An app that is bad or does not start is reported by {@link #catalog()}, by its health
 *       check and in the log, and stops nothing else: also not the runner.
 *   <li>What an app cannot process is kept in the error store ({@link ErrorKeeping}).
 * </ol>
 */
public final class Runner implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final RunnerConfig config;
    private final DataSources dataSources;
    private final Path home;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final HealthChecks health;
    private final Consumer<SiddhiManager> extensions;
    private final AppCatalog catalog = new AppCatalog();
    private final List<AutoCloseable> open = new ArrayList<>(); // guarded by this
    private volatile @Nullable AppDeployer deployer; // written while holding this
    private volatile @Nullable DurableErrorStore errors; // written while holding this
    private volatile AppRoutes.@Nullable Parts appParts; // written while holding this
    private volatile StateRoutes.@Nullable Parts stateParts; // written while holding this
    private volatile boolean stopping;

    /**
     * Opens nothing.
     *
     * @param config which apps, and within which bounds
     * @param dataSources databases by the name that apps call them ({@code datasource='NAME'}); started before the runner and closed after it
     * @param siddhi what the deployment sets for extensions
     * @param home where state lives; the error store is below it
     * @param vertx event loops for the extensions; stays open
     * @param meters where the runner and the extensions count
     * @param health gets one check per app, {@code app:<name>}
     */
    public Runner(
            RunnerConfig config,
            DataSources dataSources,
            SiddhiConfig siddhi,
            Path home,
            Vertx vertx,
            MeterRegistry meters,
            HealthChecks health) {
        this(config, dataSources, siddhi, home, vertx, meters, health, manager -> {});
    }

    /** A runner without data sources, with nothing set for extensions. */
    public Runner(RunnerConfig config, Path home, Vertx vertx, MeterRegistry meters, HealthChecks health) {
        this(config, new DataSources(Map.of(), health, meters), SiddhiConfig.NONE, home, vertx, meters, health);
    }

    /**
     * @param extensions adds extensions that are not found on the class path
     */
    Runner(
            RunnerConfig config,
            DataSources dataSources,
            SiddhiConfig siddhi,
            Path home,
            Vertx vertx,
            MeterRegistry meters,
            HealthChecks health,
            Consumer<SiddhiManager> extensions) {
        this.config = config;
        this.dataSources = dataSources;
        this.home = home;
        this.vertx = vertx;
        this.meters = meters;
        this.health = health;
        this.extensions = extensions.andThen(siddhi::applyTo);
    }

    @Override
    public String name() {
        return "runner";
    }

    /** How each app stands; filled by {@link #start()}, readable from any thread at any time. */
    public AppCatalog catalog() {
        return catalog;
    }

    /**
     * Deploys the apps of the folder, and looks there for changes from then on.
     *
     * @throws IOException if the folder exists but cannot be read
     */
    @Override
    public synchronized void start() throws IOException {
        if (deployer != null || stopping) {
            throw new IllegalStateException("a runner is started once, and not after its close");
        }
        try {
            AppDeployer made = build();
            deployer = made;
            FolderWatch watch = new FolderWatch(new AppFolder(folder()), made);
            watch.deployAll(() -> stopping);
            if (!config.scanInterval().isZero()) {
                watch.start(config.scanInterval());
                open.add(watch);
            }
        } catch (IOException | RuntimeException unreadable) {
            closeAll();
            throw unreadable;
        }
    }

    /**
     * Stops the apps side by side: no new events, what waits is processed, then everything is closed. During the start it waits for the app that is
     * being deployed; no further app is.
     */
    @Override
    public void close() {
        stopping = true;
        closeAll();
    }

    private synchronized void closeAll() {
        for (int last = open.size() - 1; last >= 0; last--) {
            try {
                open.get(last).close();
            } catch (Exception trouble) {
                LOG.atWarn().addKeyValue("error", trouble.toString()).log("a part of the runner did not close cleanly");
            }
        }
        open.clear();
        deployer = null;
        errors = null;
        appParts = null;
        stateParts = null;
    }

    private Path folder() {
        Path given = config.apps();
        return given == null ? home.toAbsolutePath().resolveSibling("siddhi-apps") : given;
    }

    /** Extensions of the folder come first: what a test or the deployment sets wins over them. */
    private Consumer<SiddhiManager> withJars(ExtensionJars jars) {
        SiddhiManager shipped = new SiddhiManager();
        jars.replacing(shipped)
                .forEach((name, jar) -> LOG.atWarn()
                        .addKeyValue("extension", name)
                        .addKeyValue("used", jar)
                        .log("an extension of the folder takes the place of the one that ships"));
        shipped.shutdown();
        return ((Consumer<SiddhiManager>) jars::addTo).andThen(extensions);
    }

    private AppDeployer build() throws IOException {
        ExtensionJars jars = ExtensionJars.in(config.extensionsBelow(home));
        Consumer<SiddhiManager> known = withJars(jars);
        Clock clock = Clock.systemUTC();
        SharedResources resources = new SharedResources(vertx, meters, clock, new LaneSources());
        ErrorKeeping keeping = ErrorKeeping.open(config.errorStore(), home, dataSources, health, meters, clock);
        open.add(keeping);
        errors = keeping.store();
        SiddhiManager manager = new SiddhiManager();
        manager.setAttribute(SharedResources.ATTRIBUTE, resources);
        manager.setErrorStore(new EngineErrors(keeping.store(), clock, resources.failures(), this::origin));
        known.accept(manager);
        dataSources.all().forEach(manager::setDataSource);
        CheckpointConfig saving = config.checkpoint();
        Checkpoints checkpoints = new Checkpoints(checkpointStore(saving), saving.every(), clock, meters);
        AppCheck check = new AppCheck(config.variables(), vertx, known);
        AppDeployer made = new AppDeployer(
                manager,
                check,
                new SiddhiHost.Environment(
                        new HostLimits(config.inbox().batches(), config.inbox().batchesPerSource()),
                        clock,
                        meters,
                        new FailureLog(clock),
                        Durability.IMMEDIATE),
                checkpoints,
                catalog,
                health,
                config.stopTimeout());
        open.add(jars);
        open.add(resources);
        open.add(manager::shutdown);
        open.add(checkpoints);
        open.add(made);
        appParts = new AppRoutes.Parts(new AppFiles(folder(), check, made, catalog), made, check);
        stateParts = new StateRoutes.Parts(made, checkpoints);
        return made;
    }

    private CheckpointStore checkpointStore(CheckpointConfig keeping) {
        String name = keeping.dataSource();
        if (name == null) {
            return new FileCheckpointStore(home.resolve(keeping.folder()), keeping.keep());
        }
        DataSource database = dataSources.find(name);
        if (database == null) {
            throw new IllegalArgumentException("runner.checkpoint.data-source: there is no data source '" + name + "'");
        }
        return new TableCheckpointStore(database, keeping.keep());
    }

    /** The error store; between start and close. */
    public Optional<DurableErrorStore> errors() {
        return Optional.ofNullable(errors);
    }

    /** Gives entries of the error store back to their apps; between start and close. */
    public Optional<Replay> replay() {
        return errors().map(store -> new Replay(store, this::host));
    }

    /** The apps and their state over HTTP; answers 503 while the runner is not started. */
    public List<RouteGroup> appRoutes() {
        return List.of(
                new StateRoutes(catalog, () -> Optional.ofNullable(stateParts)),
                new StatisticsRoutes(catalog, this::engine, Clock.systemUTC()),
                new AppRoutes(catalog, () -> Optional.ofNullable(appParts)));
    }

    private Optional<SiddhiAppRuntime> engine(String app) {
        AppDeployer present = deployer;
        return present == null ? Optional.empty() : present.engine(app);
    }

    /** An app that runs, or is being started; from any thread. */
    public Optional<SiddhiHost> host(String app) {
        AppDeployer present = deployer;
        return present == null ? Optional.empty() : present.host(app);
    }

    private Optional<EngineErrors.Origin> origin(
            String app, ErrorOccurrence occurrence, String stream, ErroneousEvent event) {
        return host(app)
                .flatMap(host -> host.reentry().inHand(occurrence, stream))
                .map(found -> new EngineErrors.Origin(found.part(), found.properties()));
    }
}
