package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import io.sluice.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An app that sums and counts by key, and batch by batch, in memory, under load, while its runner is killed with SIGKILL at random moments, its file is edited, and broker and
 * database go away and come back. At the end every total, every batch and the committed offset must be what was produced, exactly: an event that was lost, or counted
 * twice, would show in all that follows it.
 *
 * <p>{@code -Dtorture.kills=100} for the long run, {@code -Dtorture.rate} for the events per second; {@code -Dtorture.seed=N} repeats the choices of one.
 */
class TortureE2E {

    private static final int KILLS = Integer.getInteger("torture.kills", 4);
    private static final long SEED = Long.getLong("torture.seed", System.nanoTime());
    private static final int KEYS = 100;
    private static final int BATCH = 1000;
    private static final int PER_SECOND =
            Integer.getInteger("torture.rate", 1_000); // the table takes one statement per event
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final TopicPartition INPUT = new TopicPartition("numbers", 0);

    /** What the table holds, and what it should. */
    private record Total(long sum, long events) {}

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final AtomicLong sent = new AtomicLong();
    private final List<Exception> refused = new CopyOnWriteArrayList<>();
    private DatabaseServer database;
    private EmbeddedBroker broker;
    private Path app;
    private volatile boolean loading = true;

    @BeforeEach
    void start() throws Exception {
        database = DatabaseServer.orSkip("MariaDB", MariaDbServer::start);
        broker = new EmbeddedBroker(folder.resolve("kafka"), 0);
        broker.start();
        broker.createTopic(INPUT.topic(), 1);
        app = Files.createDirectory(folder.resolve("apps")).resolve("Torture.siddhi");
        // a listed partition: a group would wait for the session of each killed member to end
        Files.writeString(app, """
                @App:name('Torture')
                @source(type='kafka', topic.list='numbers', partition.no.list='0', group.id='torture', threading.option='single.thread',
                        bootstrap.servers='${KAFKA_BOOTSTRAP_SERVERS}', @map(type='json'))
                define stream Numbers (k string, n long);
                @store(type='rdbms', datasource='results', table.name='totals')
                @primaryKey('k')
                define table Totals (k string, total long, events long);
                @store(type='rdbms', datasource='results', table.name='batches')
                @primaryKey('n')
                define table Batches (n long, total long, events long);
                @info(name='by-key')
                from Numbers select k, sum(n) as total, count() as events group by k
                update or insert into Totals set Totals.total = total, Totals.events = events on Totals.k == k;
                @info(name='by-batch')
                from Numbers#window.lengthBatch(1000) select max(n) as n, sum(n) as total, count() as events
                update or insert into Batches set Batches.total = total, Batches.events = events on Batches.n == n;
                """);
    }

    @AfterEach
    void stop() throws Exception {
        loading = false;
        try (DatabaseServer lastButOne = database;
                EmbeddedBroker last = broker) {
            // closing is all
        }
    }

    @Test
    void leavesEverySumExactWhateverIsKilled() throws Exception {
        Thread load = new Thread(this::load, "load");
        load.start();
        for (int kill = 0; kill < KILLS; kill++) {
            SluiceUnderTest runner = startRunner();
            disturb(kill);
            pause(Duration.ofMillis(1_000 + random.nextInt(2_000)));
            runner.process().destroyForcibly().waitFor();
            if (kill % 4 == 3) {
                edit("while-stopped-" + kill);
            }
        }
        loading = false;
        load.join();
        assertThat(refused).as("records that never reached Kafka").isEmpty();

        try (SluiceUnderTest last = startRunner()) {
            Duration backlog = LIMIT.plusMillis(sent.get()); // the producer never waits for the runner
            await().atMost(backlog)
                    .untilAsserted(() -> assertThat(events()).as(last.err()).isEqualTo(sent.get()));
            assertThat(totals()).as("seed " + SEED + "; " + last.err()).isEqualTo(expectedTotals());
            assertThat(batches()).as("seed " + SEED).isEqualTo(expectedBatches());
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(committed()).as("offset").isEqualTo(sent.get()));
        }
        System.out.printf("torture: kills=%d events=%d seed=%d%n", KILLS, sent.get(), SEED);
    }

    /** In turn: an edit of the app, a broker that restarts, a database that restarts, nothing (the app is edited after that kill). */
    private void disturb(int kill) throws Exception {
        if (kill % 4 == 0) {
            edit("while-running-" + kill);
        } else if (kill % 4 == 1) {
            broker.close();
            broker.start();
        } else if (kill % 4 == 2) {
            database.down();
            database.up();
        }
    }

    /** One query more; the state of the others is kept. */
    private void edit(String query) throws IOException {
        String text = "@info(name='%s') from Numbers[n < 0] select k, n insert into Negative;%n".formatted(query);
        Files.writeString(app, text, StandardOpenOption.APPEND);
    }

    private SluiceUnderTest startRunner() {
        SluiceUnderTest runner = SluiceUnderTest.start(
                folder.resolve("runner"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                List.of(
                        "runner",
                        "--home",
                        folder.resolve("runner").toString(),
                        "--set",
                        "runner.apps=" + folder.resolve("apps"),
                        "--set",
                        "runner.checkpoint.every=1s",
                        "--set",
                        "runner.admin.port=0",
                        "--set",
                        "data-sources.results.url=" + database.url(),
                        "--set",
                        "data-sources.results.user=" + database.user(),
                        "--set",
                        "management.port=0"));
        runner.awaitReady();
        return runner;
    }

    private void load() {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "delivery.timeout.ms", "120000"),
                new StringSerializer(),
                new StringSerializer())) {
            while (loading) {
                for (int i = 0; i < PER_SECOND / 100; i++) {
                    long n = sent.getAndIncrement();
                    producer.send(
                            new ProducerRecord<>(
                                    INPUT.topic(), "{\"event\":{\"k\":\"k" + n % KEYS + "\",\"n\":" + n + "}}"),
                            (done, trouble) -> {
                                if (trouble != null) {
                                    refused.add(trouble);
                                }
                            });
                }
                pause(Duration.ofMillis(10));
            }
        }
    }

    private Map<String, Total> expectedTotals() {
        Map<String, Total> expected = new TreeMap<>();
        for (long n = 0; n < sent.get(); n++) {
            Total one = new Total(n, 1);
            expected.merge("k" + n % KEYS, one, (a, b) -> new Total(a.sum() + b.sum(), a.events() + b.events()));
        }
        return expected;
    }

    /** Whole batches only: the last one is still open. */
    private Map<String, Total> expectedBatches() {
        Map<String, Total> expected = new TreeMap<>();
        for (long last = BATCH - 1; last < sent.get(); last += BATCH) {
            expected.put(String.valueOf(last), new Total((2 * last - BATCH + 1) * BATCH / 2, BATCH));
        }
        return expected;
    }

    private Map<String, Total> totals() throws SQLException {
        return rows("SELECT k, total, events FROM totals");
    }

    private Map<String, Total> batches() throws SQLException {
        return rows("SELECT n, total, events FROM batches");
    }

    private long events() throws SQLException {
        return totals().values().stream().mapToLong(Total::events).sum();
    }

    private Map<String, Total> rows(String sql) throws SQLException {
        Map<String, Total> found = new TreeMap<>();
        try (Connection connection = database.connect();
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            while (row.next()) {
                found.put(row.getString(1), new Total(row.getLong(2), row.getLong(3)));
            }
        }
        return found;
    }

    private long committed() throws Exception {
        Map<String, Object> settings = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            OffsetAndMetadata committed = admin.listConsumerGroupOffsets("torture")
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS)
                    .get(INPUT);
            return committed == null ? 0 : committed.offset();
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
