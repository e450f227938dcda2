package io.sluice.cli;

import static java.util.Objects.requireNonNull;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.common.ConfigFile;
import io.sluice.common.HealthChecks;
import io.sluice.common.Launcher;
import io.sluice.common.LocalAddress;
import io.sluice.common.ManagementServer;
import io.sluice.common.Secret;
import io.sluice.common.Service;
import io.sluice.dataservice.DataService;
import io.sluice.dataservice.RunnerAccess;
import io.sluice.dataservice.call.IdentityVerifier;
import io.sluice.gateway.Gateway;
import io.sluice.runner.AppOptions;
import io.sluice.runner.DataSourceConfig;
import io.sluice.runner.DataSources;
import io.sluice.runner.Runner;
import io.sluice.runner.admin.TokenPermissions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process: its parts are wired here by hand, started in order and stopped in reverse. Used once. */
final class SluiceProcess {

    private static final Logger LOG = LoggerFactory.getLogger(SluiceProcess.class);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);

    private final SluiceConfig config;
    private final Role role;
    private final Path home;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HealthChecks health = new HealthChecks();
    private final Launcher launcher = new Launcher();
    private final List<Service> services = new ArrayList<>();
    private final Readiness readiness = new Readiness(health);
    private final ManagementServer management;
    private final Map<String, DataSourceConfig> databases;
    private @Nullable DataSources dataSources;
    private volatile @Nullable DataService dataService;
    private @Nullable EmbeddedKafka kafka;
    private @Nullable Gateway gateway;
    private volatile @Nullable RunnerService runner;

    /**
     * @param config of all processes
     * @param role what this one is
     */
    SluiceProcess(SluiceConfig config, Role role) {
        this.config = config;
        this.role = role;
        this.home = config.home().toAbsolutePath().normalize();
        this.management = new ManagementServer(
                vertx,
                config.management().host(),
                role.managementPort(config.management()),
                "management." + role.managementKey(config.management()),
                meters,
                health);
        this.databases = new HashMap<>(config.dataSources());
        services.add(new HomeLock(home, role));
        services.add(new VertxService(vertx));
        services.add(management);
    }

    /** Adds the embedded broker, unless the configuration switches it off, with the topics that the apps name. */
    SluiceProcess withKafka() {
        if (config.kafka().embedded()) {
            kafka = new EmbeddedKafka(home.resolve("kafka"), config.kafka().port(), this::topics, health);
            services.add(kafka);
        }
        return this;
    }

    /** Adds the data source {@code default}, an H2 database in files below home, unless the configuration names one of its own so. */
    SluiceProcess withDatabase() {
        databases.computeIfAbsent(EmbeddedDatabase.NAME, name -> EmbeddedDatabase.below(home));
        return this;
    }

    /** Adds the pools of the data sources, which all parts of the process share; after {@link #withDatabase()}, before those that use them. */
    SluiceProcess withDataSources() {
        dataSources = new DataSources(databases, health, meters);
        services.add(dataSources);
        return this;
    }

    /** Adds the host of the Siddhi apps; made at its start, because only then the address of the embedded broker is known. */
    SluiceProcess withRunner() {
        DataSources pools = requireNonNull(dataSources);
        services.add(new DeferredService("runner", () -> {
            Runner hosted = new Runner(
                    config.runner().withApps(appsFolder()).withVariables(variables()),
                    pools,
                    config.siddhi(),
                    home,
                    vertx,
                    meters,
                    health);
            RunnerService made =
                    new RunnerService(hosted, config.runner().admin(), home, vertx, meters, health, tokens());
            runner = made;
            return made;
        }));
        return this;
    }

    /** Adds the data service; made at its start, because only then it is known whether the gateway is in this process. Without a folder it serves nothing. */
    SluiceProcess withDataService() {
        DataSources pools = requireNonNull(dataSources);
        services.add(new DeferredService("dataservice", () -> {
            Path files = Folders.find(config.dataservice().services(), home, "dataservices");
            DataService made = new DataService(
                    config.dataservice().withServices(files).withRunner(runnerAccess()),
                    pools::find,
                    identities(),
                    vertx,
                    meters,
                    health);
            dataService = made;
            return made;
        }));
        return this;
    }

    /** The runner makes its secret at its first start, before the data service's where both are in this process. */
    private RunnerAccess runnerAccess() {
        RunnerService beside = runner;
        RunnerAccess access = beside == null
                ? config.dataservice().runner()
                : config.dataservice().runner().withUrl(beside.address());
        Path secret = home.resolve("secrets").resolve(access.user());
        if (access.password() != null || !Files.isReadable(secret)) {
            return access;
        }
        try {
            return access.withPassword(new Secret(Files.readString(secret).strip()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the runner's secret " + secret + " cannot be read", unreadable);
        }
    }

    /** Asked at the start, when it is known whether the gateway is in this process. */
    private TokenPermissions tokens() {
        Gateway beside = gateway;
        return beside == null
                ? GatewayPermissions.of(config.gateway(), config.identity(), vertx, meters)
                : GatewayPermissions.of(beside);
    }

    private IdentityVerifier identities() {
        GatewayIdentity identity = new GatewayIdentity(config.identity());
        Gateway beside = gateway;
        return beside == null
                ? identity.of(config.gateway(), vertx, meters)::verify
                : identity.of(beside, this::dataServiceAddress)::verify;
    }

    private URI dataServiceAddress() {
        return LocalAddress.of(
                "http", config.dataservice().host(), requireNonNull(dataService).port());
    }

    /** Adds the gateway. */
    SluiceProcess withGateway() {
        Path apis = Folders.find(config.gateway().apis(), home, "apis");
        gateway = new Gateway(config.gateway().withApis(apis), home, vertx, meters, health);
        services.add(gateway);
        return this;
    }

    /**
     * Runs until a signal, or until {@link #stop()}.
     *
     * @param out gets the ready lines once all is up
     * @return the exit code
     */
    int run(PrintWriter out) {
        ConfigFile.unknownVariables(SluiceConfig.class, System.getenv())
                .forEach(line -> LOG.atWarn().log(line));
        LOG.atDebug().log(() -> "effective configuration:\n" + ConfigFile.describe(config));
        services.add(readiness);
        return launcher.run(services, () -> ready(out), STOP_DEADLINE);
    }

    /** Asks for the stop, as a signal does; returns at once. */
    void stop() {
        launcher.stop();
    }

    private void ready(PrintWriter out) {
        ReadyLines lines = new ReadyLines(
                home,
                gateway == null ? "" : gateway.address().toString(),
                gateway == null ? List.of() : gateway.apis(),
                runner == null ? "" : requireNonNull(runner).address().toString(),
                dataService == null ? "" : dataServiceAddress().toString(),
                kafka == null ? "" : kafka.bootstrapServers(),
                kafka == null ? Set.of() : kafka.topics(),
                management.address().toString());
        lines.runFile().write(home, role);
        lines.print(out);
    }

    private Path appsFolder() {
        return Folders.find(config.runner().apps(), home, "siddhi-apps");
    }

    /** The topics that the apps name, so that the embedded broker has them before the apps start. */
    private Set<String> topics() throws IOException {
        return new AppOptions(variables()).values(appsFolder(), "kafka", Set.of("topic", "topic.list"));
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(config.runner().variables());
        if (kafka != null) {
            variables.putIfAbsent("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        }
        return variables;
    }
}
