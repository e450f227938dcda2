package io.sluice.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deploys what is in the folder of apps, and what changes there. A file counts once two looks in a row saw the same bytes, so that one which is still being
 * written waits; in the same way one that is gone for two looks is undeployed. A folder that is gone or unreadable changes nothing: the apps run on.
 */
final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    private static final String GONE = "gone";

    private final AppFolder folder;
    private final AppDeployer deployer;
    private final Map<Path, String> deployed = new HashMap<>(); // guarded by this
    private final Map<Path, String> seen = new HashMap<>(); // guarded by this
    private boolean troubled; // guarded by this
    private @Nullable ScheduledExecutorService timer; // guarded by this

    FolderWatch(AppFolder folder, AppDeployer deployer) {
        this.folder = folder;
        this.deployer = deployer;
    }

    /**
     * Deploys all that is there, without a second look.
     *
     * @param stopping true once no further app is to be deployed
     * @throws IOException if the folder exists but cannot be read
     */
    synchronized void deployAll(BooleanSupplier stopping) throws IOException {
        List<Path> files = folder.files();
        if (files.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("folder", folder)
                    .addKeyValue("exists", folder.exists())
                    .log("no .siddhi file to deploy");
        }
        for (Path file : files) {
            if (!stopping.getAsBoolean()) {
                deployed.put(file, hash(file));
                deployer.deploy(file);
            }
        }
        seen.putAll(deployed);
    }

    /** Looks again and again from now on, on a thread of its own. */
    synchronized void start(Duration every) {
        ScheduledExecutorService made = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-app-folder");
            thread.setDaemon(true);
            return thread;
        });
        made.scheduleWithFixedDelay(this::lookSafely, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        timer = made;
    }

    /** Looks once. */
    synchronized void look() throws IOException {
        if (!folder.exists()) {
            throw new IOException("the folder does not exist");
        }
        Map<Path, String> now = new HashMap<>();
        for (Path file : folder.files()) {
            now.put(file, hash(file));
        }
        Set<Path> all = new HashSet<>(seen.keySet());
        all.addAll(now.keySet());
        for (Path file : all.stream().sorted().toList()) {
            String hash = now.getOrDefault(file, GONE);
            boolean settled = hash.equals(seen.put(file, hash));
            if (settled && !hash.equals(deployed.get(file))) {
                settle(file, hash);
            }
        }
    }

    private void settle(Path file, String hash) {
        if (hash.equals(GONE)) {
            deployed.remove(file);
            seen.remove(file);
            deployer.undeploy(file);
        } else {
            deployed.put(file, hash);
            deployer.follow(file);
        }
    }

    private synchronized void lookSafely() {
        try {
            look();
            troubled = false;
        } catch (IOException | RuntimeException trouble) {
            if (!troubled) {
                LOG.atWarn()
                        .addKeyValue("folder", folder)
                        .addKeyValue("error", trouble.toString())
                        .log("the folder of apps cannot be read; what runs goes on");
            }
            troubled = true;
        }
    }

    /** Ends the looking, after the look that is under way. */
    @Override
    public void close() {
        ScheduledExecutorService running;
        synchronized (this) {
            running = timer;
            timer = null;
        }
        if (running != null) {
            running.shutdown();
        }
    }

    private static String hash(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (IOException unreadable) {
            return "unreadable: " + unreadable; // its deployment reports it
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
