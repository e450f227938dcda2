package io.sluice.runner.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorFilesTest {

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<ErrorFiles> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(ErrorFiles::close);
    }

    private ErrorFiles files(long maxBytes) {
        ErrorFiles files = new ErrorFiles(folder, maxBytes, 2, meters);
        opened.add(files);
        return files;
    }

    static StoredError error(long id, String payload) {
        return new StoredError(
                id,
                Instant.parse("2026-01-01T00:00:00Z"),
                "My App",
                "In",
                "kafka/0",
                ErrorOccurrence.BEFORE_SOURCE_MAPPING,
                ErroneousEventType.PAYLOAD_STRING,
                ErrorType.MAPPING,
                "no \u20ac",
                "trace",
                new Payload(Payload.Form.UTF8, payload),
                "[{\"timestamp\":5,\"data\":[1]}]",
                "[\"a\",null]");
    }

    @Test
    void writesOneLinePerEntryThatOnlyTheOwnerMayRead() throws IOException {
        files(10_000).append(error(1, "line\nbreak"));

        Path file = folder.resolve("My_App.jsonl");
        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void givesBackWhatItWasGivenAndThenHoldsNothing() throws Exception {
        files(10_000).append(error(1, "one"));
        ErrorFiles next = files(10_000); // of the next process
        next.append(error(2, "two"));
        List<StoredError> loaded = new ArrayList<>();

        assertThat(next.load(loaded::add)).isEqualTo(2);

        assertThat(loaded).containsExactlyInAnyOrder(error(1, "one"), error(2, "two"));
        assertThat(next.load(loaded::add)).isZero();
    }

    @Test
    void keepsEverythingWhileTheLoaderCannot() throws Exception {
        ErrorFiles files = files(10_000);
        files.append(error(1, "one"));

        assertThatThrownBy(() -> files.load(error -> {
                    throw new SQLException("away");
                }))
                .hasMessage("away");

        List<StoredError> loaded = new ArrayList<>();
        files.load(loaded::add);
        assertThat(loaded).containsExactly(error(1, "one"));
    }

    @Test
    void setsAsideWhatNobodyCanReadAndGoesOn() throws Exception {
        ErrorFiles files = files(10_000);
        files.append(error(1, "one"));
        files.append(error(2, "two"));
        Files.writeString(folder.resolve("My_App.jsonl"), "{\"id\":3,\"ti", StandardOpenOption.APPEND);
        List<StoredError> loaded = new ArrayList<>();

        files.load(error -> {
            if (error.id() == 1) {
                throw new IllegalArgumentException("too long");
            }
            loaded.add(error);
        });

        assertThat(loaded).containsExactly(error(2, "two"));
        assertThat(Files.readAllLines(folder.resolve("rejected.lines"))).hasSize(2);
        assertThat(meters.counter("runner.errors.rejected").count()).isEqualTo(2);
    }

    @Test
    void deletesTheOldestFileWhenItIsFullAndCountsWhatIsGone() throws Exception {
        ErrorFiles files = files(1_000);
        for (int i = 0; i < 30; i++) {
            files.append(error(i, "event " + i));
        }
        List<StoredError> kept = new ArrayList<>();

        files.load(kept::add);

        double discarded =
                meters.counter("runner.errors.discarded", "reason", "files").count();
        assertThat(discarded).isEqualTo(30 - kept.size()).isPositive();
        assertThat(kept).contains(error(29, "event 29"));
    }
}
