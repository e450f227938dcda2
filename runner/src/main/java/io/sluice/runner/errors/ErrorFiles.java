package io.sluice.runner.errors;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last resort of the error store, for the time in which its table cannot be reached: one line of JSON per entry ({@link ErrorLine}) in
 * {@code <folder>/<app>.jsonl}, readable by the owner only.
 *
 * <ol>
 *   <li>A line is handed to the operating system before the call that stores it returns.
 *   <li>Size is bounded per app ({@link RotatingFile}); what rotates away is counted in {@code runner_errors_discarded_total} and logged.
 *   <li>{@link #load} gives the lines back; meanwhile their files lie in {@code <folder>/loading}. A line that cannot be loaded goes to
 *       {@code <folder>/rejected.lines}, for people.
 * </ol>
 *
 * <p>Thread-safe.
 */
final class ErrorFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorFiles.class);
    private static final String LINES = ".jsonl";

    private final Path folder;
    private final long maxBytes;
    private final int maxFiles;
    private final MeterRegistry meters;
    private final RotatingFile rejected; // guarded by this, like the next
    private final Map<String, RotatingFile> files = new HashMap<>();

    /** Takes one entry. */
    @FunctionalInterface
    interface Loader {
        /**
         * Returns when the entry is safe.
         *
         * @throws SQLException if nothing can be loaded now
         * @throws IllegalArgumentException if this entry never can be
         */
        void load(StoredError error) throws SQLException;
    }

    /**
     * Opens nothing; files are made with the first entry of their app.
     *
     * @param maxBytes size at which a file is closed and another begun
     * @param maxFiles files kept per app
     */
    ErrorFiles(Path folder, long maxBytes, int maxFiles, MeterRegistry meters) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        this.meters = meters;
        this.rejected = new RotatingFile(folder.resolve("rejected.lines"), maxBytes, maxFiles);
    }

    /** Adds an entry. */
    synchronized void append(StoredError error) throws IOException {
        RotatingFile file = files.computeIfAbsent(
                error.app(), app -> new RotatingFile(folder.resolve(fileName(app)), maxBytes, maxFiles));
        count(file.append(bytes(ErrorLine.write(error))), error.app());
    }

    /**
     * Hands over what the files hold. An entry may come a second time if the process died before.
     *
     * @return how many entries were taken
     * @throws SQLException from the loader; the rest stays
     */
    long load(Loader loader) throws IOException, SQLException {
        setAside();
        long loaded = 0;
        for (Path file : filesIn(loading())) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    loaded += load(line, loader) ? 1 : 0;
                }
            }
            Files.delete(file);
        }
        return loaded;
    }

    @Override
    public synchronized void close() {
        closeQuietly(files.values());
        closeQuietly(List.of(rejected));
        files.clear();
    }

    private boolean load(String line, Loader loader) throws IOException, SQLException {
        try {
            loader.load(ErrorLine.read(line));
            return true;
        } catch (IllegalArgumentException unusable) {
            synchronized (this) {
                count(rejected.append(bytes(line)), "");
            }
            meters.counter("runner.errors.rejected").increment();
            LOG.atError()
                    .addKeyValue("file", folder.resolve("rejected.lines"))
                    .addKeyValue("reason", unusable.getMessage())
                    .log("an entry cannot be loaded into the error store; it is kept in a file");
            return false;
        }
    }

    /** From here on, entries go to new files. */
    private synchronized void setAside() throws IOException {
        List<Path> present = filesIn(folder).stream()
                .filter(file -> file.getFileName().toString().contains(LINES))
                .toList();
        if (present.isEmpty()) {
            return;
        }
        closeQuietly(files.values());
        files.clear();
        Files.createDirectories(loading());
        for (Path file : present) {
            Files.move(file, loading().resolve(UUID.randomUUID() + LINES), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path loading() {
        return folder.resolve("loading");
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(all.filter(Files::isRegularFile).sorted().toList());
        }
    }

    private void count(long discarded, String app) {
        if (discarded > 0) {
            meters.counter("runner.errors.discarded", "reason", "files").increment(discarded);
            LOG.atWarn()
                    .addKeyValue("app", app)
                    .addKeyValue("entries", discarded)
                    .addKeyValue("limit", maxFiles + " files of " + maxBytes + " bytes")
                    .log("error files are full; the oldest entries are gone");
        }
    }

    private static void closeQuietly(Collection<RotatingFile> open) {
        for (RotatingFile file : open) {
            try {
                file.close();
            } catch (IOException trouble) {
                LOG.atWarn().addKeyValue("error", trouble.toString()).log("error file did not close");
            }
        }
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** App names are free text; a file name is not. */
    private static String fileName(String app) {
        return app.replaceAll("[^A-Za-z0-9._-]", "_") + LINES;
    }
}
