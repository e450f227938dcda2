package io.sluice.runner.errors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events that could not be processed: in a table, and in files for as long as the table cannot be reached.
 *
 * <ol>
 *   <li>An entry is committed, or written to a file, before the call that stores it returns. Siddhi's own buffer, which drops when it is full, is not used.
 *   <li>After the first failure of the database nobody waits for it again until {@link #lookAfter} has reached it; then the files are loaded.
 *   <li>Entries, bytes and age are bounded ({@link ErrorStoreConfig}): the oldest go, counted in {@code runner_errors_discarded_total} and logged.
 *   <li>What can be kept nowhere is counted in {@code runner_errors_lost_total} and logged, without its payload.
 * </ol>
 *
 * <p>Thread-safe.
 */
public final class DurableErrorStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DurableErrorStore.class);
    private static final int ID_BITS =
            12; // ids of one millisecond; with today's milliseconds an id is exact in JavaScript

    private final ErrorTable table;
    private final ErrorFiles files;
    private final ErrorStoreConfig limits;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final ThreadLocal<Attempt> attempts = new ThreadLocal<>();
    private volatile boolean reachable;

    /**
     * Opens nothing; until the first {@link #lookAfter} entries go to the files.
     */
    DurableErrorStore(
            ErrorTable table, ErrorFiles files, ErrorStoreConfig limits, MeterRegistry meters, InstantSource clock) {
        this.table = table;
        this.files = files;
        this.limits = limits;
        this.meters = meters;
        this.clock = clock;
        Gauge.builder("runner.errors.entries", entries, AtomicLong::get).register(meters);
        Gauge.builder("runner.errors.bytes", bytes, AtomicLong::get).register(meters);
        Gauge.builder("runner.errors.reachable", () -> reachable ? 1 : 0).register(meters);
    }

    /** Stores what failed, unless it failed again in a replay, which then hears of it. */
    void failed(StoredError error) {
        Attempt attempt = attempts.get();
        if (attempt != null && attempt.concerns(error)) {
            attempt.failures.add(error);
        } else {
            keep(error);
        }
    }

    /** Stores an entry that is complete. */
    void keep(StoredError error) {
        try {
            if (!insert(error)) {
                files.append(error);
                meters.counter("runner.errors.detoured").increment();
            }
            count("runner.errors.stored", error);
        } catch (IOException | RuntimeException trouble) {
            count("runner.errors.lost", error);
            LOG.atError()
                    .addKeyValue("app", error.app())
                    .addKeyValue("stream", error.stream())
                    .addKeyValue("error", trouble.toString())
                    .log("error store could not be written; the failed event is lost");
        }
    }

    /** Entries in the order in which they were stored. */
    public List<StoredError> list(ErrorFilter filter, long limit, long offset) throws SQLException {
        return table.list(filter, limit, offset);
    }

    /** One entry. */
    public Optional<StoredError> find(long id) throws SQLException {
        return table.find(id);
    }

    /** How many entries there are. */
    public long count(ErrorFilter filter) throws SQLException {
        return table.count(filter);
    }

    /**
     * Removes an entry.
     *
     * @return whether it was there
     */
    public boolean discard(long id) throws SQLException {
        return table.delete(id);
    }

    /**
     * Removes entries.
     *
     * @return how many
     */
    public long discard(ErrorFilter filter) throws SQLException {
        return table.delete(filter);
    }

    /**
     * Removes what is older.
     *
     * @return how many
     */
    public long purge(Duration age) throws SQLException {
        return table.deleteBelow(firstId(clock.instant().minus(age)));
    }

    /**
     * Reaches for the table, loads what lies in files, and removes what is more than allowed. Called every few seconds by one thread.
     *
     * @throws SQLException if the table cannot be reached
     * @throws IOException if the files cannot be read
     */
    void lookAfter() throws SQLException, IOException {
        try {
            if (!reachable) {
                table.create();
                reachable = true;
            }
            long loaded = files.load(this::load);
            if (loaded > 0) {
                meters.counter("runner.errors.loaded").increment(loaded);
                LOG.atInfo()
                        .addKeyValue("entries", loaded)
                        .log("entries of the error files are in the error store now");
            }
            discarded("age", purge(limits.keep()));
            takeStock();
        } catch (SQLException away) {
            reachable = false;
            throw away;
        }
    }

    /** Takes the failures of one replay on the calling thread, in place of storing them. To be closed by the same thread. */
    Attempt attempt(StoredError replayed) {
        Attempt attempt = new Attempt(replayed);
        attempts.set(attempt);
        return attempt;
    }

    @Override
    public void close() {
        files.close();
        for (String gauge : List.of("runner.errors.entries", "runner.errors.bytes", "runner.errors.reachable")) {
            meters.find(gauge).meters().forEach(meters::remove);
        }
    }

    private boolean insert(StoredError error) {
        if (!reachable) {
            return false;
        }
        try {
            StoredError numbered = error;
            while (!table.insert(numbered)) {
                numbered = error.withId(nextId(error.time()));
            }
            long number = entries.incrementAndGet();
            long size = bytes.addAndGet(error.size());
            if (number > limits.maxEntries() * 11L / 10
                    || size > limits.maxSize().bytes() / 10 * 11) {
                takeStock();
            }
            return true;
        } catch (SQLException away) {
            reachable = false;
            LOG.atError()
                    .addKeyValue("sql-state", away.getSQLState())
                    .addKeyValue("error", away.getClass().getSimpleName())
                    .log("the table of the error store does not answer; entries go to files until it does");
            return false;
        }
    }

    private void load(StoredError error) throws SQLException {
        try {
            StoredError numbered = error;
            while (!table.insert(numbered)) {
                if (table.find(numbered.id()).filter(numbered::equals).isPresent()) {
                    return; // loaded before, and the process died before the file was deleted
                }
                numbered = error.withId(nextId(error.time()));
            }
        } catch (SQLException refused) {
            table.fill(); // throws if it is not this entry's fault
            throw new IllegalArgumentException(
                    "the database refuses it (SQLState " + refused.getSQLState() + ")", refused);
        }
    }

    /** Counts what is there and removes the oldest, to nine tenths of what is allowed. */
    private synchronized void takeStock() throws SQLException {
        ErrorTable.Fill fill = table.fill();
        if (fill.entries() > limits.maxEntries()) {
            discarded("entries", removeOldest(fill.entries() - limits.maxEntries() * 9L / 10, 0));
            fill = table.fill();
        }
        if (fill.bytes() > limits.maxSize().bytes()) {
            discarded("size", removeOldest(0, fill.bytes() - limits.maxSize().bytes() / 10 * 9));
            fill = table.fill();
        }
        entries.set(fill.entries());
        bytes.set(fill.bytes());
    }

    private long removeOldest(long number, long size) throws SQLException {
        return table.deleteBelow(table.oldest(number, size));
    }

    private void discarded(String reason, long number) {
        if (number > 0) {
            meters.counter("runner.errors.discarded", "reason", reason).increment(number);
            LOG.atWarn()
                    .addKeyValue("entries", number)
                    .addKeyValue("limit", reason)
                    .log("error store is full; the oldest entries are gone");
        }
    }

    /** A number that grows with time and is exact in JavaScript. */
    long nextId(Instant time) {
        long first = firstId(time);
        return lastId.updateAndGet(last -> Math.max(last + 1, first));
    }

    private static long firstId(Instant time) {
        return Math.max(0, time.toEpochMilli()) << ID_BITS;
    }

    private void count(String meter, StoredError error) {
        meters.counter(
                        meter,
                        "app",
                        error.app(),
                        "stream",
                        error.stream(),
                        "occurrence",
                        error.occurrence().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    /** What fails again, at the same place, while one entry is replayed. What fails elsewhere is stored as ever. */
    final class Attempt implements AutoCloseable {
        private final StoredError replayed;
        private final List<StoredError> failures = new ArrayList<>();

        private Attempt(StoredError replayed) {
            this.replayed = replayed;
        }

        List<StoredError> failures() {
            return List.copyOf(failures);
        }

        @Override
        public void close() {
            attempts.remove();
        }

        private boolean concerns(StoredError error) {
            return error.app().equals(replayed.app())
                    && error.stream().equals(replayed.stream())
                    && error.occurrence() == replayed.occurrence();
        }
    }
}
