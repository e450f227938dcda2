package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFileTest {

    @TempDir
    Path home;

    private static RunFile ofProcess(long pid) {
        return new RunFile(
                "http://127.0.0.1:8080",
                "http://127.0.0.1:9090",
                "127.0.0.1:9092",
                "http://127.0.0.1:9100",
                List.of(new RunFile.Api("orders", "ws://127.0.0.1:8080/orders/1.0")),
                pid);
    }

    @Test
    void readsWhatTheRunningProcessWrote() {
        RunFile written = ofProcess(ProcessHandle.current().pid());

        written.write(home, Role.UP);

        assertThat(RunFile.read(home)).isEqualTo(written);
        assertThat(home).isDirectoryContaining("glob:**run.json").isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void leadsToTheGatewayWhereSeveralProcessesShareTheHome() {
        RunFile gateway = ofProcess(ProcessHandle.current().pid());
        new RunFile("", "", "", "http://127.0.0.1:9101", List.of(), gateway.pid()).write(home, Role.RUNNER);
        gateway.write(home, Role.GATEWAY);

        assertThat(RunFile.read(home)).isEqualTo(gateway);
    }

    @Test
    void saysThatNothingRunsWhereThereIsNoFile() {
        assertThatThrownBy(() -> RunFile.read(home))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("no Sluice runs", home.toString(), "sluice up");
    }

    @Test
    void saysThatNothingRunsAfterTheProcessWasKilled() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        ofProcess(dead.pid()).write(home, Role.UP);

        assertThatThrownBy(() -> RunFile.read(home))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("no Sluice runs", "process " + dead.pid() + " is gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "{\"gateway\": \"x\"}", "{\"gateway\":", "\u0000"})
    void saysThatADamagedFileIsDamaged(String text) throws IOException {
        Files.writeString(home.resolve("run.json"), text);

        assertThatThrownBy(() -> RunFile.read(home))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("run.json", "damaged", "delete");
    }

    @Test
    void doesNotTakeAFileThatCannotBeReadForAMissingOne() throws IOException {
        Files.createDirectory(home.resolve("run.json"));

        assertThatThrownBy(() -> RunFile.read(home))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("cannot read");
    }

    @Test
    void isGoneAfterTheStop() {
        ofProcess(1).write(home, Role.UP);

        RunFile.delete(home, Role.UP);
        RunFile.delete(home, Role.UP);

        assertThat(home).isEmptyDirectory();
    }
}
