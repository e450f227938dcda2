package io.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.CheckpointHeader;
import io.sluice.runner.state.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointStoreTest {

    @TempDir
    private Path folder;

    private FileCheckpointStore store;

    @BeforeEach
    void open() {
        store = new FileCheckpointStore(folder.resolve("checkpoints"), 2);
    }

    @Test
    void givesBackWhatItKept() throws Exception {
        store.save("Orders", checkpoint(1_000));

        Checkpoint read = store.latest("Orders").orElseThrow();

        assertThat(read.header()).isEqualTo(checkpoint(1_000).header());
        assertThat(read.sections()).hasSize(1);
        assertThat(read.sections().get(0).key()).isEqualTo("query/totals");
        assertThat(read.sections().get(0).content()).containsExactly(1, 2, 3);
    }

    @Test
    void keepsTheNewestAndNamesThemNewestFirst() throws Exception {
        for (long revision : new long[] {999, 1_000, 1_001}) {
            store.save("Orders", checkpoint(revision));
        }

        assertThat(store.list("Orders"))
                .extracting(CheckpointStore.Entry::revision)
                .containsExactly("1001", "1000");
    }

    @Test
    void goesBackToTheOneBeforeADamagedOne() throws Exception {
        store.save("Orders", checkpoint(1_000));
        store.save("Orders", checkpoint(1_001));
        byte[] bytes = Files.readAllBytes(file("Orders", 1_001));
        bytes[bytes.length - 12] ^= 1;
        Files.write(file("Orders", 1_001), bytes);

        assertThat(store.latest("Orders").orElseThrow().revision()).isEqualTo("1000");
        assertThatThrownBy(() -> store.load("Orders", "1001"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void goesBackToTheOneBeforeOneThatIsCutOffAnywhere() throws Exception {
        store.save("Orders", checkpoint(1_000));
        store.save("Orders", checkpoint(1_001));
        byte[] bytes = Files.readAllBytes(file("Orders", 1_001));

        for (int length = 0; length < bytes.length; length++) {
            Files.write(file("Orders", 1_001), Arrays.copyOf(bytes, length));
            assertThat(store.latest("Orders").orElseThrow().revision()).isEqualTo("1000");
        }
    }

    @Test
    void refusesToBeginEmptyWhereNothingIsIntact() throws Exception {
        store.save("Orders", checkpoint(1_000));
        Files.write(file("Orders", 1_000), new byte[] {1});

        assertThatThrownBy(() -> store.latest("Orders"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("none of its 1 checkpoints can be read");
    }

    @Test
    void forgetsAnAppAndLeavesTheOthers() throws Exception {
        store.save("Orders", checkpoint(1_000));
        store.save("Others", checkpoint(1_000));

        store.clear("Orders");

        assertThat(store.latest("Orders")).isEmpty();
        assertThat(store.latest("Others")).isPresent();
    }

    @Test
    void keepsEveryNameInsideItsFolderAndFilesPrivate() throws Exception {
        for (String name : List.of("../../evil", "..", "a/b", "ä €")) {
            store.save(name, checkpoint(1_000));
            assertThat(store.latest(name)).isPresent();
        }

        assertThat(folder).isDirectoryContaining(file -> file.endsWith("checkpoints"));
        assertThat(Files.list(folder)).hasSize(1);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("checkpoints/a%2Fb/1000.checkpoint"))))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> store.load("Orders", "../1")).isInstanceOf(CheckpointException.class);
    }

    @Test
    void removesWhatACrashLeftBehind() throws Exception {
        store.save("Orders", checkpoint(1_000));
        Path unfinished = Files.write(folder.resolve("checkpoints/Orders/1001.tmp"), new byte[] {1});

        store.save("Orders", checkpoint(1_002));

        assertThat(unfinished).doesNotExist();
        assertThat(store.list("Orders")).hasSize(2);
    }

    private Path file(String app, long revision) {
        return folder.resolve("checkpoints").resolve(app).resolve(revision + ".checkpoint");
    }

    static Checkpoint checkpoint(long revision) {
        CheckpointHeader header = new CheckpointHeader(
                "Orders",
                String.valueOf(revision),
                revision,
                revision - 1,
                CheckpointHeader.ENGINE,
                "abc",
                Map.of("Tick 1000", 77L),
                Map.of("In", "{offset=3}"));
        return new Checkpoint(
                header, List.of(new Section("query/totals", "query 'totals'", "f00", new byte[] {1, 2, 3})));
    }
}
