package io.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when things are done wrong: the message says what, where and what to do, and the exit code is right. */
class ClumsyUserE2E {

    @TempDir
    Path folder;

    @Test
    void saysWhichPortIsTakenAndWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SluiceUnderTest.Result result = up(
                    "--set",
                    "kafka.port=0",
                    "--set",
                    "management.port=0",
                    "--set",
                    "gateway.port=" + taken.getLocalPort());

            assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
            assertThat(result.err()).contains(String.valueOf(taken.getLocalPort()), "in use", "gateway.port");
        }
    }

    @Test
    void saysWhenThePortOfKafkaIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SluiceUnderTest.Result result = up(
                    "--set",
                    "gateway.port=0",
                    "--set",
                    "management.port=0",
                    "--set",
                    "kafka.port=" + taken.getLocalPort());

            assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
            assertThat(result.err()).contains(String.valueOf(taken.getLocalPort()), "in use");
        }
    }

    @Test
    void reportsEveryProblemOfAConfigurationAtOnce() throws Exception {
        Path config = Files.writeString(folder.resolve("sluice.yaml"), """
                gateway:
                  prot: 8080
                management:
                  port: 123456
                """);

        SluiceUnderTest.Result result = SluiceUnderTest.run(folder, Map.of(), "up", "--config", config.toString());

        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains("sluice.yaml:2", "prot", "Did you mean 'port'", "sluice.yaml:4", "123456");
    }

    @Test
    void startsTheGoodAppsBesideABrokenOneAndSaysWhereItIsBroken() throws Exception {
        Path apps = Files.createDirectories(folder.resolve("siddhi-apps"));
        Files.createDirectories(folder.resolve("apis"));
        Files.writeString(apps.resolve("Good.siddhi"), """
                @App:name('Good')
                define stream In (name string);
                from In select name insert into Out;
                """);
        Files.writeString(apps.resolve("Broken.siddhi"), """
                @App:name('Broken')
                define stream In (name string);
                from In selectt name insert into Out;
                """);

        try (SluiceUnderTest sluice = SluiceUnderTest.up(folder.resolve("data"), Map.of())) {
            assertThat(sluice.err()).contains("Broken.siddhi:3:");
            assertThat(sluice.err()).contains("Good");
        }
    }

    @Test
    void checksFilesWithoutStartingAnything() throws Exception {
        Path broken = Files.writeString(folder.resolve("Broken.siddhi"), """
                @App:name('Broken')
                @source(type='kafkaa', @map(type='json'))
                define stream In (name string);
                """);

        SluiceUnderTest.Result found = SluiceUnderTest.run(folder, Map.of(), "check", broken.toString());
        SluiceUnderTest.Result clean = SluiceUnderTest.run(
                folder, Map.of(), "check", "siddhi-apps/KafkaToWebSocket.siddhi", "apis/productions.yaml");

        assertThat(found.exitCode()).as(found.err()).isEqualTo(1);
        assertThat(found.out()).contains("Broken.siddhi:2:").contains("kafkaa");
        assertThat(clean.exitCode()).as(clean.out() + clean.err()).isZero();
    }

    @Test
    void endsInOrderWhenInterruptedInTheMiddleOfTheStart() {
        SluiceUnderTest starting = SluiceUnderTest.start(
                folder.resolve("data"),
                Map.of("PRODUCTIONS_PORT", String.valueOf(Ports.free())),
                List.of(
                        "up",
                        "--home",
                        folder.resolve("data").toString(),
                        "--set",
                        "gateway.port=0",
                        "--set",
                        "kafka.port=0",
                        "--set",
                        "management.port=0"));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(folder.resolve("data/.lock")));

        starting.close();

        assertThat(starting.process().exitValue()).as(starting.err()).isIn(0, 1, 130, 143);
        assertThat(starting.err()).as("no stack trace").doesNotContain("\tat ");
        assertThat(folder.resolve("data/run.json")).doesNotExist();
        try (SluiceUnderTest again =
                SluiceUnderTest.up(folder.resolve("data"), Map.of("PRODUCTIONS_PORT", String.valueOf(Ports.free())))) {
            assertThat(again.out()).contains("sluice ready in");
        }
    }

    @Test
    void tellsACommandThatNothingRunsAndWhatToDo() {
        SluiceUnderTest.Result result = SluiceUnderTest.run(
                folder, Map.of(), "token", "--home", folder.resolve("nowhere").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("no Sluice runs", "sluice up").doesNotContain("Exception");
    }

    @Test
    void refusesAnUnknownCommandWithTheUsage() {
        SluiceUnderTest.Result result = SluiceUnderTest.run(folder, Map.of(), "upp");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("upp").contains("up");
    }

    private SluiceUnderTest.Result up(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "up";
        command[1] = "--home";
        command[2] = folder.resolve("data").toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return SluiceUnderTest.run(folder, Map.of("PRODUCTIONS_PORT", String.valueOf(Ports.free())), command);
    }
}
