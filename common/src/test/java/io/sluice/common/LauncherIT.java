package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a process of its own can show: signals and exit codes. */
@Timeout(60)
class LauncherIT {

    private Process process;
    private BufferedReader output;

    private void launch(String mode) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LauncherProcess.class.getName(),
                        mode)
                .start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private void readUntil(String line) throws IOException {
        String read = output.readLine();
        while (read != null && !read.equals(line)) {
            read = output.readLine();
        }
        assertThat(read).isEqualTo(line);
    }

    private List<String> rest() {
        return output.lines().toList();
    }

    @Test
    void stopsInReverseOnTermAndEndsWithZero() throws Exception {
        launch("plain");
        readUntil("ready");

        signal("TERM");

        assertThat(exitCode()).isEqualTo(Launcher.EXIT_OK);
        assertThat(rest()).containsExactly("close second", "close first");
    }

    @Test
    void stopsOnTermInTheMiddleOfTheStart() throws Exception {
        launch("slow-start");
        readUntil("start second");

        signal("TERM");

        assertThat(exitCode()).isEqualTo(Launcher.EXIT_OK);
        assertThat(rest()).containsExactly("close first");
    }

    @Test
    void stopsOnCtrlC() throws Exception {
        launch("plain");
        readUntil("ready");

        signal("INT");

        assertThat(exitCode()).isEqualTo(Launcher.EXIT_OK);
        assertThat(rest()).containsExactly("close second", "close first");
    }

    @Test
    void endsAtOnceOnTheSecondCtrlC() throws Exception {
        launch("hanging-close");
        readUntil("ready");
        signal("INT");
        readUntil("close first");

        signal("INT");

        assertThat(exitCode()).isEqualTo(130);
    }

    @Test
    void tellsAFailedStartInOneLineAndEndsWithOne() throws Exception {
        launch("failing-start");

        assertThat(exitCode()).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(rest()).containsExactly("start first", "start second", "close first");
        assertThat(process.errorReader().lines()).containsExactly("second: port 1 is in use: set second.port");
    }

    @Test
    void closesEverythingWhenSomebodyElseExits() throws Exception {
        launch("exit-elsewhere");
        readUntil("ready");

        assertThat(exitCode()).isEqualTo(7);
        assertThat(rest()).containsExactly("close second", "close first");
    }
}
