package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database goes away under load and comes back. Producers repeat what gets no 200: nothing is lost, each producer's order is kept, and the runner says
 * that it is not ready meanwhile. {@code -Dsluice.outage.seconds=30} makes the outage longer.
 */
class DatabaseOutageE2E {

    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("sluice.outage.seconds", 5));
    private static final Duration BACK_OFF = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int PRODUCERS = 4;
    private static final int ANSWERS = 50;

    @TempDir
    Path folder;

    private final AtomicIntegerArray done = new AtomicIntegerArray(PRODUCERS);
    private final ConcurrentMap<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private volatile boolean loading = true;

    @Test
    void anOutageOfTheDatabaseLosesNothingAndKeepsTheOrder() throws Exception {
        try (DatabaseServer database = DatabaseServer.orSkip("PostgreSQL", PostgresServer::start)) {
            AuditApp app = new AuditApp(
                    folder,
                    "jdbc.url='" + database.url() + "', username='" + database.user()
                            + "', password='', jdbc.driver.name='" + database.driver() + "'",
                    ", max.in.flight='2', processing.timeout='1000'");
            try (SluiceUnderTest runner = app.start()) {
                outage(app, runner, database);
                assertThat(statuses.keySet())
                        .as("statuses seen")
                        .contains(200, 503)
                        .isSubsetOf(0, 200, 500, 503);
                assertRows(database);
            }
        }
    }

    private void outage(AuditApp app, SluiceUnderTest runner, DatabaseServer database) throws Exception {
        List<Thread> producers = IntStream.range(0, PRODUCERS)
                .mapToObj(producer -> new Thread(() -> produce(app, producer), "producer-" + producer))
                .toList();
        producers.forEach(Thread::start);
        await().atMost(LIMIT).until(this::slowest, least -> least >= ANSWERS);

        database.down();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(app.ready(runner).statusCode()).isEqualTo(503);
            assertThat(app.ready(runner).body()).contains("Audit");
        });
        await().pollDelay(OUTAGE).atMost(OUTAGE.plus(LIMIT)).until(() -> statuses.containsKey(503));
        int before = slowest();
        database.up();

        await().atMost(LIMIT).until(this::slowest, least -> least >= before + ANSWERS);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(app.ready(runner).statusCode()).isEqualTo(200));
        loading = false;
        for (Thread producer : producers) {
            producer.join();
        }
    }

    private int slowest() {
        return IntStream.range(0, PRODUCERS).map(done::get).min().orElse(0);
    }

    /** One number after the other; the next only when this one has its 200. */
    private void produce(AuditApp app, int producer) {
        try {
            while (loading) {
                int status = app.post(producer, done.get(producer));
                statuses.merge(status, 1, Integer::sum);
                if (status == 200) {
                    done.incrementAndGet(producer);
                } else {
                    LockSupport.parkNanos(BACK_OFF.toNanos());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Repeated numbers are allowed, gaps and other orders are not. */
    private void assertRows(DatabaseServer database) throws Exception {
        List<LinkedHashSet<Integer>> found = new ArrayList<>();
        IntStream.range(0, PRODUCERS).forEach(producer -> found.add(new LinkedHashSet<>()));
        try (Connection connection = database.connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT producer, number FROM audit ORDER BY ctid")) { // the order of the inserts
            while (rows.next()) {
                found.get(rows.getInt(1)).add(rows.getInt(2));
            }
        }
        for (int producer = 0; producer < PRODUCERS; producer++) {
            int answered = done.get(producer);
            assertThat(found.get(producer).stream().limit(answered))
                    .as("numbers of producer " + producer + ", by first insert")
                    .isEqualTo(IntStream.range(0, answered).boxed().toList());
        }
    }
}
