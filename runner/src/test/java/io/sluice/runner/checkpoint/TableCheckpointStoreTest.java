package io.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.Section;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableCheckpointStoreTest {

    private HikariDataSource pool;
    private TableCheckpointStore store;

    @BeforeEach
    void open() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:checkpoints");
        pool = new HikariDataSource(config);
        store = new TableCheckpointStore(pool, 2);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void givesBackWhatItKeptAlsoInSeveralParts() throws Exception {
        byte[] large = new byte[3_000_000];
        large[2_999_999] = 7;
        Checkpoint checkpoint = new Checkpoint(
                FileCheckpointStoreTest.checkpoint(1_000).header(), List.of(new Section("k", "l", "f", large)));

        store.save("Orders", checkpoint);

        Checkpoint read = store.latest("Orders").orElseThrow();
        assertThat(read.header()).isEqualTo(checkpoint.header());
        assertThat(read.sections().get(0).content()).isEqualTo(large);
        assertThat(store.list("Orders").get(0).size()).isGreaterThan(3_000_000);
    }

    @Test
    void keepsTheNewestOfEachApp() throws Exception {
        for (long revision : new long[] {999, 1_000, 1_001}) {
            store.save("Orders", FileCheckpointStoreTest.checkpoint(revision));
        }
        store.save("Others", FileCheckpointStoreTest.checkpoint(5));

        assertThat(store.list("Orders"))
                .extracting(CheckpointStore.Entry::revision)
                .containsExactly("1001", "1000");
        store.clear("Orders");
        assertThat(store.latest("Orders")).isEmpty();
        assertThat(store.latest("Others")).isPresent();
    }

    @Test
    void goesBackToTheOneBeforeADamagedOne() throws Exception {
        store.save("Orders", FileCheckpointStoreTest.checkpoint(1_000));
        store.save("Orders", FileCheckpointStoreTest.checkpoint(1_001));
        try (Connection connection = pool.getConnection();
                Statement damage = connection.createStatement()) {
            damage.execute("UPDATE sluice_checkpoint SET content = X'00' WHERE revision = 1001");
        }

        assertThat(store.latest("Orders").orElseThrow().revision()).isEqualTo("1000");
    }

    @Test
    void saysSoWhenTheDatabaseIsAway() {
        pool.close();

        assertThatThrownBy(() -> store.save("Orders", FileCheckpointStoreTest.checkpoint(1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("could not be written");
    }
}
