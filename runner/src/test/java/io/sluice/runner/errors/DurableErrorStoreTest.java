package io.sluice.runner.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorStoreHelper;
import io.sluice.common.DataSize;
import io.sluice.siddhi.kit.FailureNotes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableErrorStoreTest {

    private static final int MOST = 100;

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FailureNotes failures = new FailureNotes();
    private final List<HikariDataSource> pools = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private HikariDataSource database;
    private DurableErrorStore store;

    @BeforeEach
    void open() {
        database = new HikariDataSource();
        database.setJdbcUrl("jdbc:h2:file:" + folder.resolve("db"));
        pools.add(database);
        InstantSource clock = () -> now;
        ErrorStoreConfig limits = new ErrorStoreConfig(
                null, "ERRORS", MOST, new DataSize(1 << 20), Duration.ofDays(2), "x", new DataSize(1 << 20), 2);
        store = new DurableErrorStore(
                new ErrorTable(database, "ERRORS"),
                new ErrorFiles(folder.resolve("files"), 1 << 20, 2, meters),
                limits,
                meters,
                clock);
    }

    @AfterEach
    void close() {
        store.close();
        pools.forEach(HikariDataSource::close);
    }

    private ErrorStore engine() {
        return new EngineErrors(
                store,
                () -> now,
                failures,
                (app, occurrence, stream, event) ->
                        Optional.of(new EngineErrors.Origin("kafka/0", new Object[] {"key", 5L, null})));
    }

    private void fail(Object event, Object original, ErrorOccurrence occurrence) {
        ErroneousEvent failed = new ErroneousEvent(event, new IllegalStateException("no"), "no");
        failed.setOriginalPayload(original);
        if (occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING) {
            ErrorStoreHelper.storeErroneousEvent(engine(), occurrence, "My App", List.of(failed), "In");
        } else {
            ErrorStoreHelper.storeErroneousEvent(engine(), occurrence, "My App", failed, "In");
        }
    }

    private List<StoredError> all() throws SQLException {
        return store.list(ErrorFilter.ALL, 10_000, 0);
    }

    @Test
    void keepsWhatASourceCouldNotMapWithItsPlaceAndProperties() throws Exception {
        store.lookAfter();

        fail("{\"id\":", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);

        assertThat(all()).singleElement().satisfies(error -> {
            assertThat(error.time()).isEqualTo(now);
            assertThat(error.part()).isEqualTo("kafka/0");
            assertThat(error.cause()).isEqualTo("java.lang.IllegalStateException: no");
            assertThat(error.trace()).contains("DurableErrorStoreTest");
            assertThat(error.payload()).isEqualTo(new Payload(Payload.Form.STRING, "{\"id\":"));
            assertThat(error.events()).isNull();
            assertThat(error.properties()).isEqualTo("[\"key\",5,null]");
        });
        assertThat(Files.exists(folder.resolve("files"))).isFalse();
    }

    @Test
    void keepsTheMessageAndTheEventOfASink() throws Exception {
        store.lookAfter();

        fail(
                new Event(5, new Object[] {1L, "tea", null, 2.5, true}),
                new byte[] {(byte) 0xff},
                ErrorOccurrence.STORE_ON_SINK_ERROR);

        assertThat(all()).singleElement().satisfies(error -> {
            assertThat(error.payload()).isEqualTo(new Payload(Payload.Form.BASE64, "/w=="));
            assertThat(error.events()).isEqualTo("[{\"timestamp\":5,\"data\":[1,\"tea\",null,2.5,true]}]");
        });
    }

    @Test
    void leavesWordForWhoeverHandedTheEventOverExceptOfSinks() {
        try (FailureNotes.Watch watch = failures.watch()) {
            fail("x", null, ErrorOccurrence.STORE_ON_SINK_ERROR);
            assertThat(watch.processing()).isNull();

            fail("x", null, ErrorOccurrence.STORE_ON_TABLE_ADD);
            assertThat(watch.processing()).hasMessage("no");
            assertThat(watch.mapping()).isNull();

            fail("x", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
            assertThat(watch.mapping()).hasMessage("no");
        }
    }

    @Test
    void writesToFilesWhileTheDatabaseIsAwayAndLoadsThemLater() throws Exception {
        fail("before the first look", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
        store.lookAfter();
        assertThat(all()).hasSize(1);

        database.close();
        fail("database gone", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
        assertThatThrownBy(store::lookAfter).isInstanceOf(SQLException.class);
        assertThat(meters.get("runner.errors.reachable").gauge().value()).isZero();
        assertThat(meters.get("runner.errors.detoured").counter().count()).isEqualTo(2);
        store.close();

        open(); // as the next process
        store.lookAfter();
        assertThat(all())
                .extracting(error -> error.payload().text())
                .containsExactly("before the first look", "database gone");
        assertThat(meters.find("runner.errors.lost").counter()).isNull();
    }

    @Test
    void loadsNothingTwice() throws Exception {
        store.lookAfter();
        StoredError error = ErrorFilesTest.error(store.nextId(now), "x");
        store.keep(error);
        ErrorFiles left = new ErrorFiles(folder.resolve("files"), 1 << 20, 2, meters);
        left.append(error); // the process died after it was loaded, before its file was deleted
        left.append(ErrorFilesTest.error(error.id(), "of another process, with the same number"));
        left.close();

        store.lookAfter();

        assertThat(all()).hasSize(2).extracting(StoredError::id).doesNotHaveDuplicates();
    }

    @Test
    void removesTheOldestWhenThereAreTooMany() throws Exception {
        store.lookAfter();

        for (int i = 0; i < 3 * MOST; i++) {
            fail("event " + i, null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
            assertThat(store.count(ErrorFilter.ALL)).isLessThanOrEqualTo(MOST * 11 / 10);
        }

        List<StoredError> kept = all();
        double discarded = meters.get("runner.errors.discarded")
                .tag("reason", "entries")
                .counter()
                .count();
        assertThat(discarded).isEqualTo(3 * MOST - kept.size());
        assertThat(kept.get(kept.size() - 1).payload().text()).isEqualTo("event " + (3 * MOST - 1));
    }

    @Test
    void removesTheOldestWhenTheyAreTooLarge() throws Exception {
        store.lookAfter();

        for (int i = 0; i < 40; i++) {
            fail("x".repeat(50_000), null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
        }

        assertThat(meters.get("runner.errors.bytes").gauge().value()).isLessThanOrEqualTo((1 << 20) * 1.1);
        assertThat(meters.get("runner.errors.discarded")
                        .tag("reason", "size")
                        .counter()
                        .count())
                .isEqualTo(40 - all().size());
    }

    @Test
    void removesWhatIsTooOld() throws Exception {
        store.lookAfter();
        fail("old", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
        now = now.plus(Duration.ofDays(1));
        fail("young", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
        now = now.plus(Duration.ofDays(1)).plusSeconds(1);

        store.lookAfter();

        assertThat(all())
                .singleElement()
                .extracting(error -> error.payload().text())
                .isEqualTo("young");
    }

    @Test
    void losesNothingWhenManyThreadsStoreAtOnce() throws Exception {
        List<Thread> threads = new ArrayList<>();
        store.lookAfter();
        for (int number = 0; number < 4; number++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 20; i++) {
                    fail("event " + i, null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(store.count(ErrorFilter.ofApp("My App"))).isEqualTo(80);
    }

    @Test
    void countsWhatItCanKeepNowhere() throws Exception {
        Files.createDirectories(folder.resolve("files/My_App.jsonl"));

        fail("one", null, ErrorOccurrence.BEFORE_SOURCE_MAPPING);

        assertThat(meters.get("runner.errors.lost").counter().count()).isEqualTo(1);
    }
}
