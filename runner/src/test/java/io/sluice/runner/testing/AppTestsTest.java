package io.sluice.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runner.AppCheck;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppTestsTest {

    private static final String ORDERS = """
            @App:name('Orders')
            @source(type='kafka', topic.list='orders', bootstrap.servers='127.0.0.1:1', group.id='g', threading.option='single.thread',
                    @map(type='json'))
            define stream Orders (id long, amount double, express bool);
            @sink(type='kafka', topic='large', bootstrap.servers='127.0.0.1:1', @map(type='json'))
            define stream Large (id long, amount double);
            define table Known (id long, amount double);
            from Orders[amount > 1000] select id, amount insert into Large;
            from Orders select id, amount insert into Known;
            @info(name='totals') from Orders#window.timeBatch(1 min) select sum(amount) as total insert into Totals;
            """;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    private List<CaseResult> run(String app, String cases) throws IOException {
        Files.writeString(folder.resolve("Orders.siddhi"), app);
        Path file = Files.writeString(folder.resolve("Orders.test.yaml"), cases);
        return new AppTests(new AppCheck(Map.of(), vertx), vertx, manager -> {}).run(TestFile.read(file));
    }

    private void assertPasses(String app, String cases) throws IOException {
        assertThat(run(app, cases))
                .isNotEmpty()
                .allSatisfy(result ->
                        assertThat(result.failures()).as(result.name()).isEmpty());
    }

    private String failureOf(String app, String cases) throws IOException {
        List<CaseResult> results = run(app, cases);
        assertThat(results).hasSize(1);
        assertThat(results.get(0).passed()).isFalse();
        return String.join("\n", results.get(0).failures()).replace(folder + "/", "");
    }

    @Test
    void comparesStreamsTablesAndPayloadsWithoutAnyBroker() throws IOException {
        assertPasses(ORDERS, """
                - name: only large orders
                  receive:
                    Orders: '{"event":{"id":1,"amount":999,"express":true}}'
                  send:
                    Orders: [{"id": 2, "amount": 1001, "express": false}]
                  expect:
                    Large:
                      rows: [{id: 2, amount: 1001}]
                      payloads: ['{"event": {"amount": 1001.0, "id": 2}}']
                    Known: [{id: 2}, {id: 1}]
                """);
    }

    @Test
    void movesTheClockFromTimerToTimer() throws IOException {
        assertPasses(ORDERS, """
                - name: each minute has its total
                  start: 2026-01-01T10:00:00Z
                  steps:
                    - send: {Orders: [{id: 1, amount: 10}, {id: 2, amount: 5, at: 59s}]}
                    - expect: {Totals: []}
                    - advance: 1 sec
                    - expect: {Totals: [{total: 15}]}
                    - send: {Orders: {id: 3, amount: 1, at: 61s}}
                    - advance: 5 min
                    - expect: {Totals: [{total: 1}]}
                """);
    }

    @Test
    void letsPlaybackAppsFollowTheSameClock() throws IOException {
        assertPasses(ORDERS.replaceFirst("\n", "\n@app:playback\n"), """
                - name: totals
                  send: {Orders: [{id: 1, amount: 10}]}
                  advance: 60s
                  expect: {Totals: [{total: 10}]}
                """);
    }

    @Test
    void showsTheDifferenceWithItsPlace() throws IOException {
        String failure = failureOf(ORDERS, """
                - name: wrong
                  send: {Orders: [{id: 1, amount: 2000}, {id: 2, amount: 3000}, {id: 3, amount: 4000}]}
                  expect:
                    Large: [{id: 1}, {id: 9, amount: 3000}, {id: 3}]
                """);

        assertThat(failure).isEqualTo("""
                Orders.test.yaml:4: Large differs (- expected, + found):
                      {id: 1, amount: 2000.0}
                    - {id: 9, amount: 3000.0}
                    + {id: 2, amount: 3000.0}
                      {id: 3, amount: 4000.0}""");
    }

    @Test
    void comparesWithoutOrderAndWithTolerance() throws IOException {
        String cases = """
                - name: loosely
                  send: {Orders: [{id: 1, amount: 2000.004}, {id: 2, amount: 3000}]}
                  expect:
                    Large: {rows: [{amount: 3000}, {amount: 2000}], unordered: UNORDERED, tolerance: TOLERANCE}
                """;

        assertPasses(ORDERS, cases.replace("UNORDERED", "true").replace("TOLERANCE", "0.01"));
        assertThat(failureOf(ORDERS, cases.replace("UNORDERED", "false").replace("TOLERANCE", "0.01")))
                .contains("- {amount: 3000.0}");
        assertThat(failureOf(ORDERS, cases.replace("UNORDERED", "true").replace("TOLERANCE", "0.001")))
                .contains("- {amount: 2000.0}", "+ {id: 1, amount: 2000.004}");
    }

    @Test
    void failsACaseInWhichTheAppFailed() throws IOException {
        String broken = """
                - name: broken
                  receive: {Orders: ['{"event":{"id":"x"}}']}
                  expect: {Large: []}
                """;

        assertThat(failureOf(ORDERS, broken)).contains("Orders.test.yaml:1: the app failed", "Orders: $");
        assertPasses(ORDERS, broken + "  errors: [id]\n");
    }

    @Test
    void namesWhatACaseGetsWrong() throws IOException {
        assertThat(failureOf(ORDERS, """
                - name: wrong stream
                  send: {Order: [{id: 1}]}
                  expect: {Large: []}
                """))
                .contains("Orders.test.yaml:2: the app has no stream 'Order'. Did you mean 'Orders'?");
        assertThat(failureOf(ORDERS, """
                - name: wrong attribute
                  send: {Orders: [{id: 1, amont: 2}]}
                  expect: {Large: []}
                """)).contains("Orders has no attribute 'amont'. Did you mean 'amount'?");
        assertThat(failureOf(ORDERS, """
                - name: wrong value
                  send: {Orders: [{id: one}]}
                  expect: {Large: []}
                """)).contains("Orders.id: 'one' is no long");
    }

    @Test
    void tellsAllThatIsWrongWithAFileAtOnce() throws IOException {
        assertThat(failureOf(ORDERS, """
                - name: nothing expected
                  sned: {Orders: [{id: 1}]}
                - advance: soon
                """))
                .contains(
                        "Orders.test.yaml:1: case 'nothing expected' expects nothing",
                        "Orders.test.yaml:2: sned: is not known here. Did you mean 'send'?",
                        "Orders.test.yaml:3: name: is missing");
    }

    @Test
    void givesAnRdbmsTableADatabaseInMemoryThatIsNewForEachCase() throws IOException {
        String app = """
                @App:name('Orders')
                define stream Orders (id long, note string);
                @store(type='rdbms', jdbc.url='jdbc:mysql://nowhere/x', username='u', password='p', jdbc.driver.name='com.mysql.cj.jdbc.Driver')
                @primaryKey('id')
                define table Known (id long, note string);
                from Orders update or insert into Known on Known.id == id;
                """;

        assertPasses(app, """
                - name: an update
                  send: {Orders: [{id: 1, note: a}, {id: 1, note: "it's"}]}
                  expect: {Known: [{id: 1, note: "it's"}], "from Known on note == 'a' select id": []}
                - name: nothing is left of it
                  expect: {Known: []}
                """);
    }

    @Test
    void reportsAnAppThatCannotBeBuilt() throws IOException {
        assertThat(failureOf("@App:name('Orders') define stream Orders (id log);", """
                - name: any
                  expect: {Orders: []}
                """))
                .contains("Orders.siddhi:1:");
    }
}
