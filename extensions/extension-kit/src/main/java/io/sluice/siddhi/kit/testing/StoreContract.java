package io.sluice.siddhi.kit.testing;

import static io.sluice.siddhi.kit.testing.StoreUnderTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What every store promises: it answers as a table in memory does. A test of a store extends this class; the database must be running when a test
 * begins, and {@link #storeAnnotation()} must let nulls be stored.
 */
public abstract class StoreContract extends StoreQueryContract {

    /** A text that ends a literal, a statement and an escape, if it ever becomes part of one. */
    protected static final String NASTY = "O'Brien\"; DROP TABLE x; -- \\ \\' %_!`";

    @Test
    void keepsEveryTypeAtItsLimits() {
        Map<String, Integer> object = Map.of("a", 1);
        try (StoreUnderTest app = started(KEY)) {
            app.send(
                    "Add", Long.MAX_VALUE, "\u00e9\u4e16 \uD83D\uDE00", Math.PI, 1.5f, Integer.MIN_VALUE, true, object);
            app.send("Add", Long.MIN_VALUE, "", -0.1, -3.25f, Integer.MAX_VALUE, false, new byte[] {0, -1, 39});

            List<List<Object>> rows = app.query("from " + table() + " select * order by id desc");

            assertThat(rows.get(0))
                    .containsExactly(
                            Long.MAX_VALUE,
                            "\u00e9\u4e16 \uD83D\uDE00",
                            Math.PI,
                            1.5f,
                            Integer.MIN_VALUE,
                            true,
                            object);
            assertThat(rows.get(1).subList(0, 6))
                    .containsExactly(Long.MIN_VALUE, "", -0.1, -3.25f, Integer.MAX_VALUE, false);
            assertThat((byte[]) rows.get(1).get(6)).containsExactly(0, -1, 39);
        }
    }

    @Test
    void keepsNullsOfEveryType() {
        try (StoreUnderTest app = started(KEY)) {
            app.send("Add", 1L, null, null, null, null, null, null);
            app.send("Put", 2L, null, null, null, null, null, null);
            app.send("Change", 2L, null, null, null, null, null, null);

            assertThat(app.query("from " + table() + " select *")).containsExactlyInAnyOrder(row(1L), row(2L));
            assertThat(app.query("from " + table() + " on price is null and sold is null select id"))
                    .hasSize(2);
        }
    }

    /** As databases have it, and unlike a table in memory: apps that exist rely on it. */
    @Test
    void comparesNullWithNothing() {
        try (StoreUnderTest app = filled(KEY)) {
            assertThat(app.query("from " + table() + " on name != 'b' select id"))
                    .containsExactlyInAnyOrder(List.of(1L), List.of(3L));
            assertThat(app.query("from " + table() + " on not (name == 'b') select id"))
                    .containsExactlyInAnyOrder(List.of(1L), List.of(3L));
        }
    }

    @Test
    void takesNoTextForAStatement() {
        try (StoreUnderTest app = started(KEY)) {
            app.send("Add", 1L, NASTY, 1.0, 1f, 1, true, NASTY);
            app.send("Add", 2L, "plain", 1.0, 1f, 1, true, "");
            assertThat(app.query("from " + table() + " on id == 1L select name, extra"))
                    .containsExactly(List.of(NASTY, NASTY));
            assertThat(app.query(
                            "from " + table() + " on name == \"\"\"" + NASTY.replace("\"", "'") + "\"\"\" select id"))
                    .isEmpty();

            app.send("Ask", 0L, NASTY);
            app.send("Put", 2L, NASTY + "2", 1.0, 1f, 1, true, "");
            app.send("Change", 1L, NASTY + "1", 1.0, 1f, 1, true, "");
            app.send("Remove", 0L, NASTY);

            assertThat(app.answers()).contains(List.of(0L, NASTY, 2.0));
            assertThat(app.query("from " + table() + " select name"))
                    .containsExactlyInAnyOrder(List.of(NASTY + "1"), List.of(NASTY + "2"));

            app.send("Remove", 0L, NASTY + "1");
            assertThat(app.query("from " + table() + " select id")).containsExactly(List.of(2L));
        }
    }

    @Test
    void changesAndRemovesOnlyWhatIsMeant() {
        try (StoreUnderTest app = filled(KEY)) {
            app.send("Change", 2L, "new", 9.0, 9f, 9, true, "");
            app.send("Change", 99L, "nobody", 9.0, 9f, 9, true, "");
            app.send("Remove", 3L, "none");

            assertThat(app.query("from " + table() + " on amount == 9 select id, name"))
                    .containsExactly(List.of(2L, "new"));
            assertThat(app.query("from " + table() + " select id")).hasSize(3);
        }
    }

    @Test
    void updatesWhatIsThereAndInsertsTheRest() {
        for (String keys : List.of(KEY, "")) {
            try (StoreUnderTest app = filled(keys)) {
                app.send("Put", 2L, "again", 9.0, 9f, 9, true, "");
                app.send("Put", 20L, "fresh", 9.0, 9f, 9, true, "");
                app.send("Count", 2L, "", 0.0, 0f, 1, true, "");
                app.send("Count", 21L, "first", 0.0, 0f, 5, true, "");

                assertThat(app.query("from " + table() + " on amount > 4 and id != 4L select id, name, amount"))
                        .as("with keys '%s'", keys)
                        .containsExactlyInAnyOrder(
                                List.of(2L, "again", 10), List.of(20L, "fresh", 9), List.of(21L, "first", 5));
                assertThat(app.query("from " + table() + " select id")).hasSize(6);
            }
        }
    }

    @Test
    void joinsAndLooksUp() {
        try (StoreUnderTest app = filled(KEY)) {
            app.send("Ask", 2L, "none");
            app.send("Ask", 99L, "none");
            app.send("Ask", 0L, "c");

            assertThat(app.answers())
                    .containsExactlyInAnyOrder(List.of(2L, "b", 5.0), List.of(2L, "known", 0.0), List.of(0L, "c", 7.0));
        }
    }

    @Test
    void twoAppsNeverLoseAnUpdateOrInsert() throws Exception {
        for (String keys : List.of(KEY, "")) {
            try (StoreUnderTest app = started(keys);
                    StoreUnderTest other = app.another(annotation(keys), table())) {
                ExecutorService threads = Executors.newFixedThreadPool(2);
                try {
                    Future<?> one = threads.submit(() -> count(app));
                    Future<?> two = threads.submit(() -> count(other));
                    one.get(60, TimeUnit.SECONDS);
                    two.get(60, TimeUnit.SECONDS);
                } finally {
                    threads.shutdownNow();
                }

                assertThat(app.query("from " + table() + " select id, amount order by id"))
                        .as("with keys '%s'", keys)
                        .isEqualTo(LongStream.range(0, 5)
                                .mapToObj(id -> List.<Object>of(id, 40))
                                .toList());
            }
        }
    }

    @Test
    void answersWhileItIsWritten() throws Exception {
        try (StoreUnderTest app = started(KEY);
                StoreUnderTest other = app.another(annotation(KEY), table())) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(
                    () -> LongStream.range(0, 300).forEach(id -> app.send("Add", id, "n", 1.0, 1f, 1, true, "")));

            while (!writing.isDone()) {
                assertThat(other.query("from " + table() + " on amount != 1 select id"))
                        .isEmpty();
            }
            writing.get(60, TimeUnit.SECONDS);

            assertThat(other.query("from " + table() + " select count() as n")).containsExactly(List.of(300L));
        }
    }

    @Test
    void losesNothingWhileTheDatabaseIsAway() throws Exception {
        assumeTrue(canBeAway());
        try (StoreUnderTest app = filled(KEY)) {
            stopDatabase();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (long id = 100; id < 110; id++) {
                    app.send("Add", id, "late", 1.0, 1f, 1, true, "");
                    app.send("Put", id, "later", 2.0, 1f, 1, true, "");
                    app.send("Ask", id, "none");
                }
            });
            assertThat(sending).as("back-pressure").isNotDone();
            startDatabase();

            eventually().until(sending::isDone);
            sending.get(1, TimeUnit.SECONDS);
            assertThat(app.query("from " + table() + " on name == 'later' select id order by id"))
                    .isEqualTo(LongStream.range(100, 110)
                            .mapToObj(id -> List.<Object>of(id))
                            .toList());
            assertThat(app.query("from " + table() + " select id")).hasSize(14);
            assertThat(app.answers()).hasSize(20);
        }
    }

    @Test
    void connectsNothingWhileItIsOnlyBuiltAndWaitsForADatabaseThatComesLater() throws Exception {
        assumeTrue(canBeAway());
        stopDatabase();
        try (StoreUnderTest app = new StoreUnderTest(this::prepare, annotation(KEY), fresh())) {
            app.start();
            assertThat(app.alive()).isTrue();
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> app.send("Add", 1L, "n", 1.0, 1f, 1, true, ""));

            startDatabase();

            eventually().until(sending::isDone);
            sending.get(1, TimeUnit.SECONDS);
            assertThat(app.query("from " + table() + " select id")).containsExactly(List.of(1L));
        }
    }

    @Test
    void findsItsRowsAgainAfterARestart() {
        try (StoreUnderTest app = filled(KEY)) {
            assertThat(app.alive()).isTrue();
        }
        try (StoreUnderTest again = new StoreUnderTest(this::prepare, annotation(KEY), table()).start()) {
            assertThat(again.query("from " + table() + " select id")).hasSize(4);
        }
    }

    @Test
    void namesAnUnknownOptionAndLoadsAllTheSame() {
        String annotation = storeAnnotation().replaceFirst("@store\\(", "@store(no.such.option='x', ");
        try (CapturedLog log = new CapturedLog(Options.class);
                StoreUnderTest app = new StoreUnderTest(this::prepare, annotation, fresh())) {
            assertThat(app.alive()).isTrue();
            assertThat(log.lines())
                    .anySatisfy(line ->
                            assertThat(line).contains("'no.such.option'").contains("ignored"));
        }
    }

    @Test
    void toleratesAShutdownWithoutAStart() {
        StoreUnderTest app = new StoreUnderTest(this::prepare, annotation(KEY), fresh());

        assertThatCode(app::close).doesNotThrowAnyException();
    }

    @Test
    void leavesNoThreadBehind() {
        filled(KEY).close();

        eventually()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(this::belongsToTheStore)
                                .map(Thread::getName))
                        .isEmpty());
    }

    private static void count(StoreUnderTest app) {
        for (int i = 0; i < 100; i++) {
            app.send("Count", (long) i % 5, "counted", 0.0, 0f, 1, true, "");
        }
    }

    private static List<Object> row(long id) {
        List<Object> row = new ArrayList<>(Arrays.asList(new Object[7]));
        row.set(0, id);
        return row;
    }
}
