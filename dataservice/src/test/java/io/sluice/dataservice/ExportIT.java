package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExportIT {

    private static final long MOST_MILLIS = 20_000;

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void exportsAMillionRowsInAHeapOf64Megabytes() throws Exception {
        String output = run("application/x-ndjson");

        assertThat(output).contains("lines=" + ExportProcess.ROWS + " ");
        long millis = Long.parseLong(output.strip().replaceFirst("(?s).*millis=", ""));
        assertThat(millis).isLessThan(MOST_MILLIS);
    }

    private String run(String media) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExportProcess.class.getName(),
                        folder.toString(),
                        media)
                .redirectError(new File(folder.toFile(), "errors"))
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
