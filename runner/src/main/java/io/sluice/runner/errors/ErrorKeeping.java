package io.sluice.runner.errors;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.runner.DataSourceConfig;
import io.sluice.runner.DataSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The error store of one runner with all that belongs to it: the data source, or an H2 database of its own where none is named, the files, and the thread
 * that looks after them every {@value #EVERY_SECONDS} s.
 */
public final class ErrorKeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorKeeping.class);
    private static final int EVERY_SECONDS = 5;
    private static final int CONNECTIONS = 4;

    /** The data source of the database of its own; named so in health and metrics. */
    static final String OWN = "error-store";

    private final @Nullable DataSources own;
    private final DurableErrorStore store;
    private final ScheduledExecutorService upkeep;
    private @Nullable String trouble; // used by the upkeep thread

    private ErrorKeeping(@Nullable DataSources own, DurableErrorStore store) {
        this.own = own;
        this.store = store;
        this.upkeep = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-errors");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the store. Waits for no database: until it answers, entries go to files.
     *
     * @param home where a relative folder begins
     * @throws IOException if the folder cannot be made
     * @throws IllegalArgumentException if the configuration names a data source that does not exist
     */
    public static ErrorKeeping open(
            ErrorStoreConfig config,
            Path home,
            DataSources dataSources,
            HealthChecks health,
            MeterRegistry meters,
            InstantSource clock)
            throws IOException {
        Path folder = home.resolve(config.folder()).toAbsolutePath();
        makePrivate(folder);
        String name = config.dataSource();
        DataSources own = name == null ? ownDatabase(folder, health, meters) : null;
        DataSource database = own == null ? dataSources.find(String.valueOf(name)) : own.find(OWN);
        if (database == null) {
            throw new IllegalArgumentException("runner.error-store.data-source: there is no data source '" + name
                    + "'; define it under data-sources");
        }
        ErrorFiles files = new ErrorFiles(folder, config.fileSize().bytes(), config.files(), meters);
        DurableErrorStore store =
                new DurableErrorStore(new ErrorTable(database, config.table()), files, config, meters, clock);
        ErrorKeeping keeping = new ErrorKeeping(own, store);
        keeping.upkeep.scheduleWithFixedDelay(keeping::lookAfter, 0, EVERY_SECONDS, TimeUnit.SECONDS);
        return keeping;
    }

    /** The store; usable until the close. */
    public DurableErrorStore store() {
        return store;
    }

    @Override
    public void close() {
        upkeep.shutdown();
        try {
            if (!upkeep.awaitTermination(EVERY_SECONDS, TimeUnit.SECONDS)) {
                upkeep.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            upkeep.shutdownNow();
            Thread.currentThread().interrupt();
        }
        store.close();
        if (own != null) {
            own.close();
        }
    }

    private void lookAfter() {
        try {
            store.lookAfter();
            if (trouble != null) {
                LOG.atInfo().log("the error store is reachable again");
                trouble = null;
            }
        } catch (SQLException | IOException | RuntimeException away) {
            if (!away.toString().equals(trouble)) {
                LOG.atWarn()
                        .setCause(away)
                        .log("the error store cannot be looked after; entries go to files until it can");
                trouble = away.toString();
            }
        }
    }

    private static DataSources ownDatabase(Path folder, HealthChecks health, MeterRegistry meters) {
        String url =
                "jdbc:h2:file:" + folder.resolve("store") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;CACHE_SIZE=4096";
        DataSourceConfig config = new DataSourceConfig(url, "sa", new Secret(""), CONNECTIONS, null, Map.of());
        DataSources made = new DataSources(Map.of(OWN, config), health, meters);
        made.start();
        return made;
    }

    /** Payloads lie here: nobody but the owner looks in. */
    private static void makePrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
