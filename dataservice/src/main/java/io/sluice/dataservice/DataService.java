package io.sluice.dataservice;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.IdentityHeader;
import io.sluice.common.PortInUse;
import io.sluice.common.Secret;
import io.sluice.common.Service;
import io.sluice.dataservice.call.Identities;
import io.sluice.dataservice.call.IdentityVerifier;
import io.sluice.dataservice.reply.DataMeters;
import io.sluice.dataservice.reply.Workers;
import io.sluice.dataservice.service.Deployer;
import io.sluice.dataservice.service.Requests;
import io.sluice.dataservice.service.Tails;
import io.sluice.dataservice.sql.Cursors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * REST services over SQL databases, as their YAML files say.
 *
 * <ol>
 *   <li>A bad resource is a warning in the log and a health check that is down; the others are served.
 *   <li>A database that is down does not keep the service from starting; it is tried again.
 *   <li>{@link #close()} takes no more requests, lets running ones end for five seconds, then cuts them.
 * </ol>
 */
public final class DataService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(DataService.class);
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int IDLE_SECONDS = 120; // above the longest time-out a service may have for one statement
    private static final int MAX_URL = 8 * 1024;
    private static final String CHECK = "data services";

    private final DataServiceConfig config;
    private final Vertx vertx;
    private final HealthChecks health;
    private final DataMeters meters;
    private final ServiceFolder folder;
    private final Identities identities;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final RunnerClient runner;
    private @Nullable Workers workers;
    private @Nullable Tails tails;
    private @Nullable HttpServer server;
    private @Nullable Long timer;
    private volatile int port;

    /**
     * Opens nothing yet; identities are checked with the secret of the configuration.
     *
     * @param dataSources pools by name, null for a name that is not configured; they stay open after {@link #close()}
     * @param health gets one check for all service files
     */
    public DataService(
            DataServiceConfig config,
            Function<String, @Nullable DataSource> dataSources,
            Vertx vertx,
            MeterRegistry meters,
            HealthChecks health) {
        this(config, dataSources, bySecret(config.identitySecret()), vertx, meters, health);
    }

    /**
     * Opens nothing yet.
     *
     * @param identities checks identity headers, for example with the public key of a gateway; null to refuse all
     */
    public DataService(
            DataServiceConfig config,
            Function<String, @Nullable DataSource> dataSources,
            @Nullable IdentityVerifier identities,
            Vertx vertx,
            MeterRegistry meters,
            HealthChecks health) {
        this.config = config;
        this.vertx = vertx;
        this.health = health;
        this.runner = new RunnerClient(config.runner(), vertx);
        this.meters = new DataMeters(meters);
        Clock clock = Clock.systemUTC();
        Executor aside = work -> vertx.executeBlocking(
                () -> {
                    work.run();
                    return true;
                },
                false);
        Deployer deployer = new Deployer(dataSources, new Cursors(cursorKey(config.identitySecret())), clock, aside);
        Path services = Objects.requireNonNullElse(config.services(), Path.of("dataservices"));
        this.folder = new ServiceFolder(services, System.getenv(), deployer);
        this.identities = new Identities(identities, config.trust() == DataServiceConfig.Trust.LOOPBACK);
    }

    private static @Nullable IdentityVerifier bySecret(@Nullable Secret secret) {
        return secret == null ? null : new IdentityHeader(secret, Clock.systemUTC())::verify;
    }

    /** With a secret, cursors live through restarts and are good at every instance; without one, until this process ends. */
    private static byte[] cursorKey(@Nullable Secret secret) {
        if (secret == null) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            return random;
        }
        try {
            byte[] text = ("sluice cursor key\n" + secret.value()).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (GeneralSecurityException unexpected) {
            throw new IllegalStateException("every Java has SHA-256", unexpected);
        }
    }

    @Override
    public String name() {
        return "dataservice";
    }

    /** The port that is bound; valid after {@link #start()}. */
    public int port() {
        return port;
    }

    /** Names of the services that are served now. */
    public Set<String> services() {
        return folder.services().keySet();
    }

    @Override
    public void start() throws Exception {
        try {
            open();
        } catch (Exception failed) {
            close();
            throw failed;
        }
    }

    private void open() throws Exception {
        folder.look();
        health.register(CHECK, this::state);
        DataServiceConfig.Limits limits = config.limits();
        Workers opened = new Workers(limits.workers(), limits.exports(), limits.queue(), meters.registry());
        workers = opened;
        Tails following = new Tails(limits.tails(), opened, limits.stall(), Clock.systemUTC(), meters);
        tails = following;
        Requests requests = new Requests(opened, identities, limits.stall(), meters, following, runner);
        HttpFront front = new HttpFront(vertx, folder, requests, limits.maxConnections());
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxInitialLineLength(MAX_URL)
                .setCompressionSupported(false);
        try {
            HttpServer listening = await(vertx.createHttpServer(options)
                    .connectionHandler(front::connected)
                    .requestHandler(front::handle)
                    .listen());
            server = listening;
            port = listening.actualPort();
        } catch (ExecutionException refused) {
            throw PortInUse.explain(
                    config.host(),
                    config.port(),
                    "dataservice.port",
                    Objects.requireNonNullElse(refused.getCause(), refused));
        }
        if (!config.reload().isZero()) {
            timer = vertx.setPeriodic(config.reload().toMillis(), tick -> lookAgain());
        }
        LOG.atInfo()
                .addKeyValue("port", port)
                .addKeyValue("services", services())
                .log("data service listens");
    }

    /** One look at a time, however long a database takes to answer. */
    private void lookAgain() {
        if (looking.compareAndSet(false, true)) {
            vertx.executeBlocking(
                            () -> {
                                folder.look();
                                return true;
                            },
                            false)
                    .onComplete(done -> {
                        looking.set(false);
                        if (done.failed()) {
                            LOG.atWarn().setCause(done.cause()).log("service folder cannot be looked at");
                        }
                    });
        }
    }

    private HealthChecks.State state() {
        var problems = folder.problems();
        if (problems.isEmpty()) {
            return new HealthChecks.State(true, "serving " + services());
        }
        String all = problems.values().stream()
                .flatMap(each -> each.stream())
                .reduce((first, second) -> first + "; " + second)
                .orElse("");
        return new HealthChecks.State(false, all);
    }

    @Override
    public synchronized void close() {
        Long ticking = timer;
        if (ticking != null) {
            vertx.cancelTimer(ticking);
            timer = null;
        }
        health.unregister(CHECK);
        Tails following = tails;
        if (following != null) {
            following.close();
            tails = null;
        }
        Workers working = workers;
        if (working != null) {
            working.close(PATIENCE);
            workers = null;
        }
        HttpServer listening = server;
        if (listening != null) {
            try {
                await(listening.close());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (Exception failed) {
                LOG.atWarn().setCause(failed).log("data service did not close cleanly");
            }
            server = null;
        }
        runner.close();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(OPEN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
