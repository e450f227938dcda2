package io.sluice.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.Service;
import io.sluice.runner.AdminConfig;
import io.sluice.runner.Runner;
import io.sluice.runner.admin.AdminServer;
import io.sluice.runner.admin.HealthRoutes;
import io.sluice.runner.admin.QueryRoutes;
import io.sluice.runner.admin.RouteGroup;
import io.sluice.runner.admin.TokenPermissions;
import io.sluice.runner.errors.ErrorRoutes;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The runner and its admin API, put together. The API opens after the apps have started and closes before they stop. */
final class RunnerService implements Service {

    /** More than admin calls are answered at once, so that none is refused here. */
    private static final int MOST_QUERIES = 256;

    private final Runner runner;
    private final AdminServer admin;
    private final ThreadPoolExecutor queries = new ThreadPoolExecutor(
            0, MOST_QUERIES, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), RunnerService::thread);

    /**
     * Opens nothing.
     *
     * @param home where the generated secret of the admin API is kept
     * @param tokens judges bearer tokens
     */
    RunnerService(
            Runner runner,
            AdminConfig config,
            Path home,
            Vertx vertx,
            MeterRegistry meters,
            HealthChecks health,
            TokenPermissions tokens) {
        this.runner = runner;
        List<RouteGroup> groups = new ArrayList<>(runner.appRoutes());
        groups.add(new HealthRoutes(health));
        groups.add(new QueryRoutes(runner::host, config, queries));
        groups.add(new ErrorRoutes(runner::errors, runner::replay));
        this.admin = new AdminServer(config, home, vertx, meters, tokens, groups);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sluice-query");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String name() {
        return "runner";
    }

    @Override
    public void start() throws Exception {
        runner.start();
        admin.start();
    }

    /** Where the admin API is reached; valid after {@link #start()}. */
    URI address() {
        return admin.address();
    }

    @Override
    public void close() {
        try {
            admin.close();
        } finally {
            queries.shutdownNow();
            runner.close();
        }
    }
}
