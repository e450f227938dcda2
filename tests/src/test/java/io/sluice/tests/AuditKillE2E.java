package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.databases.DatabaseServer;
import io.sluice.databases.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A runner that is killed the moment a producer has its 200, while others are posting: what was answered with 200 is in the table. {@code -Dsluice.kills=100}
 * kills a hundred times, in about ten minutes. {@code -Dsluice.kills.embedded=true} does it on H2 in the runner's process, which fails now and then: H2
 * opens a file that it could not close as it was before its last session (decision 39).
 */
class AuditKillE2E {

    private static final int KILLS = Integer.getInteger("sluice.kills", 5);
    private static final boolean EMBEDDED = Boolean.getBoolean("sluice.kills.embedded");
    private static final int PRODUCERS = 4;
    private static final int ANSWERS_BEFORE_A_KILL = 20;

    @TempDir
    Path folder;

    private final Set<Integer> answered = new ConcurrentSkipListSet<>();
    private final AtomicInteger next = new AtomicInteger();

    @Test
    void noRowIsMissingWhoseProducerHasIts200() throws Exception {
        if (EMBEDDED) {
            String url = "jdbc:h2:file:" + folder.resolve("audit") + ";WRITE_DELAY=0";
            killAgainAndAgain(url, "sa", "org.h2.Driver");
            return;
        }
        try (DatabaseServer database = DatabaseServer.orSkip("PostgreSQL", PostgresServer::start)) {
            killAgainAndAgain(database.url(), database.user(), database.driver());
        }
    }

    private void killAgainAndAgain(String url, String user, String driver) throws Exception {
        AuditApp app = new AuditApp(
                folder,
                "jdbc.url='" + url + "', username='" + user + "', password='', jdbc.driver.name='" + driver + "'",
                "");
        for (int kill = 0; kill < KILLS; kill++) {
            killAtAnAnswer(app);
        }

        Set<Integer> missing = new TreeSet<>(answered);
        missing.removeAll(rows(url, user));
        assertThat(missing).as("numbers that got 200 and are not in the table").isEmpty();
        assertThat(answered).hasSizeGreaterThanOrEqualTo(KILLS * ANSWERS_BEFORE_A_KILL);
    }

    /** Under load, right behind the 200 that is the last to be awaited. */
    private void killAtAnAnswer(AuditApp app) throws Exception {
        SluiceUnderTest runner = app.start();
        CountDownLatch enough = new CountDownLatch(ANSWERS_BEFORE_A_KILL);
        Thread[] producers = new Thread[PRODUCERS];
        for (int index = 0; index < PRODUCERS; index++) {
            int producer = index;
            producers[index] = new Thread(() -> produce(app, producer, enough, runner.process()), "producer-" + index);
            producers[index].start();
        }
        enough.await();
        runner.process().destroyForcibly().waitFor();
        for (Thread producer : producers) {
            producer.join();
        }
    }

    private void produce(AuditApp app, int producer, CountDownLatch enough, Process runner) {
        try {
            while (runner.isAlive()) {
                int number = next.getAndIncrement();
                if (app.post(producer, number) == 200) {
                    answered.add(number);
                    enough.countDown();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<Integer> rows(String url, String user) throws Exception {
        Set<Integer> found = new TreeSet<>();
        try (Connection connection = await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .until(() -> DriverManager.getConnection(url, user, ""), opened -> true);
                ResultSet rows = connection.createStatement().executeQuery("SELECT number FROM audit")) {
            while (rows.next()) {
                found.add(rows.getInt(1));
            }
        }
        return found;
    }
}
