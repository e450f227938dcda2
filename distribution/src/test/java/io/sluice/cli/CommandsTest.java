package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands used wrongly: each says what is wrong in a line or two, and none shows a stack trace. */
class CommandsTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Sluice.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.ISO_8859_1)
                .toString();
    }

    private void assertNoStackTrace() {
        assertThat(out + "\n" + err).doesNotContain("\tat ", "Exception:");
    }

    @Test
    void checkFailsForErrorsAndPrintsWarningsAllTheSame() throws IOException {
        String warned = file("Warned.siddhi", """
                @App:name('Warned')
                @sink(type='log', no.such.option='x')
                define stream In (name string);
                """);
        String broken = file("Broken.siddhi", "define strem In (name string);");

        assertThat(run("check", warned)).as(out + "\n" + err).isZero();
        assertThat(run("check", warned, broken)).isEqualTo(1);

        assertThat(out.toString()).contains("Broken.siddhi:1:");
        assertThat(err.toString()).contains("2 files checked, ");
    }

    @Test
    void testFailsWithTheDifferenceAndItsPlaceAndWritesAReport() throws IOException {
        file("Small.siddhi", """
                @App:name('Small')
                define stream In (amount int);
                from In[amount < 10] select amount insert into Out;
                """);
        String cases = file("Small.test.yaml", """
                - name: small ones pass
                  send: {In: [{amount: 9}, {amount: 10}]}
                  expect: {Out: [{amount: 9}]}
                - name: wrongly expected
                  send: {In: [{amount: 9}]}
                  expect: {Out: [{amount: 10}]}
                """);
        Path report = folder.resolve("report.xml");

        assertThat(run("check", cases)).isZero();
        assertThat(run("test", folder.toString(), "--junit-xml", report.toString()))
                .isEqualTo(1);

        assertThat(out.toString())
                .contains("ok     Small: small ones pass", "FAILED Small: wrongly expected")
                .contains("Small.test.yaml:6: Out differs", "- {amount: 10}", "+ {amount: 9}");
        assertThat(err.toString()).contains("1 files, 2 cases, 1 failed");
        assertThat(report).content().contains("tests=\"2\" failures=\"1\"", "<testcase classname=\"Small\"");
        assertNoStackTrace();
    }

    @Test
    void testNeedsSomethingToRun() {
        assertThat(run("test", folder.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("there is no *.test.yaml in " + folder);
    }

    @Test
    void checkKnowsDataServiceFiles() throws IOException {
        String good = file("good.yaml", """
                service: farm
                datasource: default
                resources:
                  - path: /supply
                    get: {sql: SELECT crop FROM supply}
                """);
        String bad = file("bad.yaml", """
                service: farm
                datasource: default
                resources:
                  - path: /supply
                    get: {sql: DELETE FROM supply}
                """);

        assertThat(run("check", good)).as(out + "\n" + err).isZero();
        assertThat(run("check", bad)).isEqualTo(1);
        assertThat(out.toString()).contains("bad.yaml:5: ", "sql");
    }

    @Test
    void importPrintsAServiceFileThatCheckTakes() throws IOException {
        String dbs = file("Farm.dbs", """
                <data name="Farm">
                  <config id="db"><property name="carbon_datasource_name">default</property></config>
                  <query id="all" useConfig="db"><sql>SELECT crop FROM supply</sql>
                    <result element="supply" rowName="row"><element name="crop" column="crop" xsdType="string"/></result>
                  </query>
                  <resource method="GET" path="supply"><call-query href="all"/></resource>
                </data>
                """);

        assertThat(run("import", dbs)).as(out + "\n" + err).isZero();
        assertThat(run("check", file("farm.yaml", out.toString())))
                .as(out + "\n" + err)
                .isZero();
    }

    @Test
    void importFailsWithTheReasonForWhatItCannotCarryOver() throws IOException {
        assertThat(run("import", file("Broken.dbs", "<data"))).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Broken.dbs");
        assertNoStackTrace();
    }

    @Test
    void checkTellsWhatCannotBeChecked() throws IOException {
        int exit = run(
                "check",
                folder.toString(),
                folder.resolve("none.siddhi").toString(),
                file("notes.txt", ""),
                file("latin.yaml", "name: \u00ff\u00fe\n"),
                file("latin.siddhi", "\u00ff\u00fe"));

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        folder + ":1:1: is a folder",
                        "none.siddhi:1:1: there is no such file",
                        "notes.txt:1:1: only .siddhi and .yaml",
                        "latin.yaml:1:1: the file is not UTF-8 text",
                        "latin.siddhi:1:1: the file is not UTF-8 text");
        assertNoStackTrace();
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "host:port", "127.0.0.1:99999", "", ","})
    void produceRefusesWhatIsNoAddressOfABroker(String bootstrap) throws IOException {
        assertThat(run("produce", "--bootstrap", bootstrap, "topic", file("x", "x")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("'" + bootstrap + "' is no address of a broker", "HOST:PORT");
        assertNoStackTrace();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://a b", "ws://", "ws:///path", "wss://[1"})
    void listenRefusesWhatIsNoAddress(String address) {
        assertThat(run("listen", "--token", "t", address)).isEqualTo(2);
        assertThat(err.toString()).contains("'" + address + "'");
        assertNoStackTrace();
    }

    @Test
    void listenRefusesToWaitForNoMessageAtAll() {
        assertThat(run("listen", "--count", "0", "productions")).isEqualTo(2);
        assertThat(err.toString()).contains("--count 0");
    }

    @Test
    void listenWithATokenNeedsNoRunningSluiceHere() {
        int exit = run("listen", "--home", folder.toString(), "--token", "secret\ntoken", "ws://127.0.0.1:1/x");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("ws://127.0.0.1:1/x").doesNotContain("no Sluice runs", "secret");
        assertNoStackTrace();
    }

    @Test
    void listenSendsTheTokenOfThisHomeToNobodyElse() {
        new RunFile(
                        "http://127.0.0.1:8080",
                        "",
                        "",
                        "",
                        List.of(),
                        ProcessHandle.current().pid())
                .write(folder, Role.GATEWAY);

        int exit = run("listen", "--home", folder.toString(), "ws://stranger.example/x");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("stranger.example", "--token");
    }

    @Test
    void versionNamesThoseOfJavaAndOfTheEngine() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).contains("Java " + Runtime.version()).containsPattern("Siddhi 5\\.1\\.\\d+");
    }

    @Test
    void everyCommandThatTalksToARunningSluiceSaysThatNoneRuns() {
        String home = folder.resolve("nowhere").toString();

        assertThat(run("token", "--home", home)).isEqualTo(1);
        assertThat(run("listen", "--home", home, "x")).isEqualTo(1);
        assertThat(run("produce", "--home", home, "x")).isEqualTo(1);

        assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.contains("no Sluice runs"));
    }
}
