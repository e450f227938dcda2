package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppCheckTest {

    @TempDir
    Path folder;

    private Vertx vertx;
    private AppCheck check;

    @BeforeAll
    void open() {
        vertx = Vertx.vertx();
        check = new AppCheck(Map.of("TOPIC", "a-rather-long-topic-name"), vertx);
    }

    @AfterAll
    void close() {
        vertx.close();
    }

    private List<String> findings(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".siddhi"), text);
        return check.check(file).stream()
                .map(finding -> finding.toString().substring(folder.toString().length() + 1))
                .toList();
    }

    @Test
    void findsNothingAgainstAGoodApp() throws IOException {
        assertThat(findings(
                        "Good",
                        "@App:name('Good')\ndefine stream In (v long);\nfrom In[v > 1] select v insert into Out;\n"))
                .isEmpty();
    }

    @Test
    void pointsAtTheWordThatDoesNotBelongThere() throws IOException {
        assertThat(findings(
                        "Syntax",
                        "@App:name('Syntax')\ndefine stream In (v long);\n\nfrom In selct v insert into Out;"))
                .containsExactly("Syntax.siddhi:4:9: Syntax error in SiddhiQL, mismatched input 'selct' expecting"
                        + " {SELECT, INSERT, DELETE, UPDATE, RETURN, OUTPUT}. Did you mean 'select'?");
    }

    @Test
    void pointsAtTheAttributeThatDoesNotExist() throws IOException {
        assertThat(findings("Attr", "@App:name('Attr')\ndefine stream In (v long);\nfrom In select w insert into Out;"))
                .singleElement()
                .asString()
                .startsWith("Attr.siddhi:3:16: Cannot find attribute type as 'w' does not exist in 'In'");
    }

    @Test
    void pointsIntoTheFileAlsoBehindAVariable() throws IOException {
        assertThat(findings(
                        "Var",
                        "@App:name('Var')\n@sink(type='inMemory', on.error='STORE', topic='${TOPIC}', @map(type='nope')) define stream In (v long);"
                                + "from In[x == 1] select v insert into Out;"))
                .singleElement()
                .asString()
                .startsWith("Var.siddhi:2:1: no extension 'sinkMapper:nope' is installed");
        assertThat(
                        findings(
                                "Var2",
                                "@App:name('Var2')\ndefine stream In (v long); from In select '${TOPIC}' as t, w insert into Out;"))
                .singleElement()
                .asString()
                .startsWith("Var2.siddhi:2:60: Cannot find attribute type as 'w'");
    }

    @Test
    void namesTheMissingExtensionAndTheNearestOne() throws IOException {
        assertThat(findings("Ext", "@App:name('Ext')\n@source(type='foo')\ndefine stream In (v long);"))
                .containsExactly(
                        "Ext.siddhi:2:1: no extension 'source:foo' is installed. Get its jar from whoever made it"
                                + " and put it into the folder 'extensions' of the home folder");
        assertThat(findings(
                        "Near", "@App:name('Near')\n@source(type='inMemry', topic='x')\ndefine stream In (v long);"))
                .containsExactly(
                        "Near.siddhi:2:1: no extension 'source:inMemry' is installed. Did you mean 'source:inMemory'?");
        assertThat(
                        findings(
                                "Func",
                                "@App:name('Func')\ndefine stream In (v string);\nfrom In select unique:first(v) as u insert into Out;"))
                .containsExactly(
                        "Func.siddhi:3:16: no extension 'unique:first' is installed. Get the jar io.siddhi.extension.execution.unique:siddhi-execution-unique"
                                + " from a Maven repository and put it into the folder 'extensions' of the home folder");
    }

    @Test
    void demandsAName() throws IOException {
        assertThat(findings("Nameless", "define stream In (v long);"))
                .containsExactly("Nameless.siddhi:1:1: the app has no name; begin the file with @App:name('Nameless')");
    }

    @Test
    void refusesAFileThatIsNotNamedAsItsApp() throws IOException {
        Path file = Files.writeString(folder.resolve("one.siddhi"), "@App:name('Two')\ndefine stream In (v long);");

        assertThat(check.check(file)).singleElement().satisfies(finding -> {
            assertThat(finding.isError()).isTrue();
            assertThat(finding.toString())
                    .endsWith("one.siddhi:1:1: the app is named 'Two', but its file 'one.siddhi'; name them alike:"
                            + " @App:name('one'), or the file 'Two.siddhi'");
        });
    }

    @Test
    void namesVariablesWithoutAValue() throws IOException {
        assertThat(
                        findings(
                                "Unset",
                                "@App:name('Unset')\n@sink(type='log', prefix='${NOT_SET_ANYWHERE}')\ndefine stream In (v long);"))
                .containsExactly("Unset.siddhi:2:27: variable 'NOT_SET_ANYWHERE' has no value; set it under"
                        + " runner.variables or in the environment, or write ${NOT_SET_ANYWHERE:default}");
    }

    @Test
    void refusesACronExpressionThatIsNone() throws IOException {
        assertThat(findings("Cron", "@App:name('Cron')\ndefine stream In (v long);\ndefine trigger T at 'daily';"))
                .singleElement()
                .asString()
                .startsWith("Cron.siddhi:3:1: trigger 'T': 'daily' is neither 'start' nor a cron expression");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        Path file = Files.write(folder.resolve("Bytes.siddhi"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(check.check(file))
                .singleElement()
                .asString()
                .endsWith("Bytes.siddhi:1:1: the file is not UTF-8 text");
        assertThat(check.check(folder.resolve("Gone.siddhi")))
                .singleElement()
                .asString()
                .endsWith("Gone.siddhi:1:1: there is no such file");
    }

    @Test
    void warnsOfWhatRunsOutsideTheGuarantees() throws IOException {
        assertThat(findings(
                        "Doubtful",
                        "@App:name('Doubtful')\n"
                                + "define stream In (k string, v long);\n"
                                + "define window Nightly (k string) cron('0 0 * * * ?');\n"
                                + "define aggregation Totals from In select k, sum(v) as total group by k"
                                + " aggregate every sec...hour;\n"
                                + "from In#window.cron('0 0 * * * ?') select v insert into Out;\n"
                                + "@purge(enable='true', interval='10 sec', idle.period='1 hour')\n"
                                + "partition with (k of In) begin\n"
                                + "from In#window.cron('0 0 * * * ?') select v insert into Out; end;\n"))
                .hasSize(5)
                .allMatch(finding -> finding.contains(": warning: "))
                .anySatisfy(finding ->
                        assertThat(finding).startsWith("Doubtful.siddhi:3:").contains("#window.cron"))
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith("Doubtful.siddhi:4:")
                        .contains("aggregation 'Totals' is kept in memory only", "@store"))
                .anySatisfy(finding ->
                        assertThat(finding).startsWith("Doubtful.siddhi:5:").contains("#window.cron"))
                .anySatisfy(finding -> assertThat(finding).contains("@purge"))
                .anySatisfy(finding ->
                        assertThat(finding).startsWith("Doubtful.siddhi:8:").contains("#window.cron"));
    }

    @Test
    void warnsOfTimedOutputThatEventTimeNeverReaches() throws IOException {
        assertThat(findings(
                        "EventTime",
                        "@App:name('EventTime')\n@app:playback\ndefine stream In (v long);\n"
                                + "from In select v output last every 1 sec insert into Out;\n"))
                .singleElement()
                .asString()
                .startsWith("EventTime.siddhi:4:")
                .contains("warning", "@app:playback");
    }

    @Test
    void warnsOfUpdateOrInsertIntoAnIndexedTableInMemory() throws IOException {
        String upsert = "from In update or insert into %s set %s.v = v on %s.k == k;%n";
        assertThat(findings(
                        "Indexed",
                        "@App:name('Indexed')\ndefine stream In (k string, v long);\n"
                                + "@primaryKey('k') @index('v') define table Both (k string, v long);\n"
                                + "@primaryKey('k') define table Keyed (k string, v long);\n"
                                + "@index('v') define table Indexed (k string, v long);\n"
                                + upsert.replace("%s", "Both").formatted()
                                + upsert.replace("%s", "Keyed").formatted()
                                + upsert.replace("%s", "Indexed").formatted()
                                + "from In update Both set Both.v = v on Both.k == k;\n"))
                .singleElement()
                .asString()
                .startsWith("Indexed.siddhi:6:")
                .contains("warning", "table 'Both'", "NullPointerException", "Drop the @index");
    }

    @Test
    void quotesNoPasswordOfAnAppThatDoesNotParseOrBuild() throws IOException {
        assertThat(findings(
                        "Unparsable",
                        "@App:name('Unparsable')\n@sink(type='log', password 'hunter2')\ndefine stream S (v long);\n"))
                .singleElement()
                .asString()
                .doesNotContain("hunter2");
        assertThat(findings(
                        "Unbuildable",
                        "@App:name('Unbuildable')\n"
                                + "@source(type='inMemory', topic='t', password='hunter2', @map(type='hunter2'))\n"
                                + "define stream S (v long);\n"))
                .singleElement()
                .asString()
                .contains("***")
                .doesNotContain("hunter2");
    }

    @Test
    void tellsWhatBecomesOfEventsThatFail() throws IOException {
        assertThat(findings(
                        "Losing",
                        "@App:name('Losing')\n@async(buffer.size='64')\n@OnError(action='log')\n"
                                + "@sink(type='inMemory', topic='a', on.error='LOG', @map(type='passThrough'))\n"
                                + "@sink(type='inMemory', topic='b', on.error='wait', @map(type='passThrough'))\n"
                                + "@sink(type='inMemory', topic='c', @map(type='passThrough'))\n"
                                + "define stream In (v long);"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("Losing.siddhi:2:1: warning: ")
                                .contains("@async has no effect"),
                        line -> assertThat(line)
                                .startsWith("Losing.siddhi:3:1: warning: ")
                                .contains("'STORE'"),
                        line -> assertThat(line)
                                .startsWith("Losing.siddhi:4:1: warning: ")
                                .contains("'STORE'"),
                        line -> assertThat(line)
                                .startsWith("Losing.siddhi:5:1: warning: ")
                                .contains("stops the whole app"),
                        line -> assertThat(line)
                                .startsWith("Losing.siddhi:6:1: note: ")
                                .contains("on.error='STORE'"));
    }

    @Test
    void refusesAnActionOfATableThatSiddhiWouldNotKnow() throws IOException {
        assertThat(findings(
                        "Table",
                        "@App:name('Table')\n@store(type='rdbms', jdbc.url='jdbc:h2:mem:x', username='sa', password='',"
                                + " jdbc.driver.name='org.h2.Driver', on.error='store')\ndefine table T (v long);"))
                .singleElement()
                .asString()
                .startsWith("Table.siddhi:2:1: table 'T': on.error='store' is none of LOG, RETRY, STORE");
    }

    @Test
    void knowsTheRefsKeysAndDataSourcesOfTheDeployment() throws IOException {
        SiddhiConfig siddhi = new SiddhiConfig(
                List.of(new SiddhiConfig.ExtensionEntry(
                        new SiddhiConfig.Keys("rdbms", "cud", Map.of("perform.CUD.operations", "true")))),
                List.of(new SiddhiConfig.RefEntry(
                        new SiddhiConfig.Ref("shared", "rdbms", Map.of("datasource", "results")))),
                Map.of());
        Path file = Files.writeString(
                folder.resolve("Configured.siddhi"),
                "@App:name('Configured')\ndefine stream In (v long);\n@store(ref='shared') define table T (v long);\n"
                        + "from In#rdbms:cud('results', 'DELETE FROM X') select numRecords insert into Done;\n"
                        + "from In select v insert into T;");

        assertThat(new AppCheck(Map.of(), siddhi, Set.of("results"), vertx).check(file))
                .isEmpty();
        assertThat(new AppCheck(Map.of(), vertx).check(file)).isNotEmpty();
    }
}
