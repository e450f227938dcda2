package io.sluice.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.runner.checkpoint.CheckpointStore;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process with an app in mid-work, again and again; in the end each event was counted once. {@code -Dkills=100 -Devents=100000000} for longer. */
class KillIT {

    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final long EVENTS = Long.getLong("events", 1_500_000);

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void countsEveryEventOnce() throws Exception {
        Random random = new Random();
        Path result = folder.resolve("result");
        int killed = 0;
        while (killed < KILLS && !Files.exists(result)) {
            Process app = start(result);
            int wanted = 1 + random.nextInt(4);
            Set<String> seen = new HashSet<>(revisions());
            int before = seen.size();
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        seen.addAll(revisions());
                        return seen.size() >= before + wanted || !app.isAlive();
                    });
            if (app.isAlive()) {
                app.destroyForcibly().waitFor();
                killed++;
            }
        }
        assertThat(killed)
                .as("kills before the work was done; more events needed")
                .isEqualTo(KILLS);
        Process last = start(result);
        assertThat(last.waitFor(30, TimeUnit.MINUTES)).isTrue();

        List<String> expected = new ArrayList<>();
        expected.add("windows " + EVENTS + " 0");
        long each = EVENTS / KilledApp.KEYS;
        for (long key = 0; key < KilledApp.KEYS; key++) {
            long sum = each * key + KilledApp.KEYS * (each * (each - 1) / 2);
            expected.add("k" + key + " " + sum + " " + each);
        }
        assertThat(Files.readAllLines(result)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<String> revisions() throws Exception {
        return new FileCheckpointStore(folder.resolve("checkpoints"), 3)
                .list("killed").stream().map(CheckpointStore.Entry::revision).toList();
    }

    private Process start(Path result) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledApp.class.getName(),
                        folder.resolve("checkpoints").toString(),
                        String.valueOf(EVENTS),
                        result.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "log")))
                .start();
    }
}
