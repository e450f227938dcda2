package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorStoreHelper;
import io.sluice.siddhi.kit.FailureNotes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorStoreTest {

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FailureNotes failures = new FailureNotes();
    private final List<FileErrorStore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(FileErrorStore::close);
    }

    private FileErrorStore store(long maxBytes, int maxFiles) {
        FileErrorStore store = new FileErrorStore(
                folder,
                maxBytes,
                maxFiles,
                meters,
                InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")),
                failures);
        stores.add(store);
        return store;
    }

    private static void save(FileErrorStore store, Object event, Object original) {
        ErroneousEvent failed = new ErroneousEvent(event, new IllegalStateException("no"), "no");
        failed.setOriginalPayload(original);
        ErrorStoreHelper.storeErroneousEvent(store, ErrorOccurrence.STORE_ON_STREAM_ERROR, "My App", failed, "In");
    }

    private List<JsonNode> entries(String file) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(file))) {
            entries.add(new ObjectMapper().readTree(line));
        }
        return entries;
    }

    @Test
    void leavesWordForWhoeverHandedTheEventOverExceptOfSinks() {
        FileErrorStore store = store(10_000, 2);
        ErroneousEvent failed = new ErroneousEvent("x", new IllegalStateException("no"), "no");
        try (FailureNotes.Watch watch = failures.watch()) {
            ErrorStoreHelper.storeErroneousEvent(store, ErrorOccurrence.STORE_ON_SINK_ERROR, "My App", failed, "In");
            assertThat(watch.processing()).isNull();

            ErrorStoreHelper.storeErroneousEvent(store, ErrorOccurrence.STORE_ON_TABLE_ADD, "My App", failed, "In");
            assertThat(watch.processing()).hasMessage("no");
            assertThat(watch.mapping()).isNull();

            ErrorStoreHelper.storeErroneousEvent(
                    store, ErrorOccurrence.BEFORE_SOURCE_MAPPING, "My App", List.of(failed), "In");
            assertThat(watch.mapping()).hasMessage("no");
        }
    }

    @Test
    void writesOneLinePerEventBeforeItReturns() throws IOException {
        FileErrorStore store = store(1_000_000, 2);

        save(store, new Event(5, new Object[] {1L, "tea", null, 2.5, true}), null);

        JsonNode entry = entries("My_App.jsonl").get(0);
        assertThat(entry.path("time").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(entry.path("app").asText()).isEqualTo("My App");
        assertThat(entry.path("stream").asText()).isEqualTo("In");
        assertThat(entry.path("occurrence").asText()).isEqualTo("STORE_ON_STREAM_ERROR");
        assertThat(entry.path("reason").asText()).isEqualTo("java.lang.IllegalStateException: no");
        assertThat(entry.path("events").toString()).isEqualTo("[{\"timestamp\":5,\"data\":[1,\"tea\",null,2.5,true]}]");
        assertThat(Files.getPosixFilePermissions(folder.resolve("My_App.jsonl")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(meters.counter(
                                "runner.errors.stored",
                                "app",
                                "My App",
                                "stream",
                                "In",
                                "occurrence",
                                "store_on_stream_error")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void keepsTextAsTextAndOtherBytesAsBase64() throws IOException {
        FileErrorStore store = store(1_000_000, 2);

        save(store, "mapped", "{\"id\":".getBytes(StandardCharsets.UTF_8));
        save(store, "mapped", new byte[] {(byte) 0xff, 1});
        save(store, "line\nbreak", null);

        List<JsonNode> entries = entries("My_App.jsonl");
        assertThat(entries.get(0).path("payload").asText()).isEqualTo("{\"id\":");
        assertThat(entries.get(1).path("base64").asText()).isEqualTo("/wE=");
        assertThat(entries.get(2).path("payload").asText()).isEqualTo("line\nbreak");
    }

    @Test
    void losesNothingWhenManyThreadsStoreAtOnce() throws Exception {
        FileErrorStore store = store(100_000_000, 2);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    save(store, "event " + i, null);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(entries("My_App.jsonl")).hasSize(8_000); // Siddhi's own buffer holds 1,024 and drops
        assertThat(store.getErrorEntriesCount("My App")).isEqualTo(8_000);
    }

    @Test
    void deletesTheOldestFileWhenItIsFullAndCountsWhatIsGone() throws IOException {
        FileErrorStore store = store(1_000, 2);

        for (int i = 0; i < 30; i++) {
            save(store, "event " + i, null);
        }

        List<JsonNode> kept = entries("My_App.jsonl.1");
        kept.addAll(entries("My_App.jsonl"));
        double discarded =
                meters.counter("runner.errors.discarded", "app", "My App").count();
        assertThat(kept)
                .last()
                .extracting(entry -> entry.path("payload").asText())
                .isEqualTo("event 29");
        assertThat(discarded).isEqualTo(30 - kept.size()).isPositive();
        assertThat(Files.size(folder.resolve("My_App.jsonl.1"))).isLessThanOrEqualTo(1_000);
        assertThat(folder.resolve("My_App.jsonl.2")).doesNotExist();
    }

    @Test
    void continuesTheFileOfAnEarlierRun() throws IOException {
        FileErrorStore before = store(1_000_000, 2);
        save(before, "one", null);
        before.close();

        save(store(1_000_000, 2), "two", null);

        assertThat(entries("My_App.jsonl")).hasSize(2);
    }

    @Test
    void countsWhatItCannotWrite() throws IOException {
        Files.createDirectory(folder.resolve("My_App.jsonl"));

        save(store(1_000_000, 2), "one", null);

        assertThat(meters.get("runner.errors.lost").counter().count()).isEqualTo(1);
    }
}
