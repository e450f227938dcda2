package io.sluice.runner.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.sluice.common.DataSize;
import io.sluice.common.Secret;
import io.sluice.runner.AdminConfig;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.HostLimits;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryRoutesTest {

    private static final String APP = """
            @App:name('Stock')
            define stream Moves (item string, amount long);
            @primaryKey('item') define table Levels (item string, amount long, price double);
            define aggregation PerItem from Moves select item, sum(amount) as total group by item aggregate every sec...year;
            from Moves select item, amount, 2.5 as price
            update or insert into Levels set Levels.amount = amount on Levels.item == item;
            """;

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SharedResources resources = new SharedResources(vertx, meters, Clock.systemUTC(), new LaneSources());
    private SiddhiManager manager;
    private SiddhiHost host;
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        manager = new SiddhiManager();
        manager.setAttribute(SharedResources.ATTRIBUTE, resources);
        host = SiddhiHost.create(
                manager,
                SiddhiCompiler.parse(APP),
                "Stock",
                new SiddhiHost.Environment(
                        new HostLimits(64, 4), Clock.systemUTC(), meters, failure -> {}, Durability.IMMEDIATE));
        host.start();
        AdminConfig config = new AdminConfig(
                "127.0.0.1",
                0,
                List.of(
                        new AdminConfig.User("viewer", new Secret("look"), List.of(AdminConfig.VIEW)),
                        new AdminConfig.User("operator", new Secret("act"), List.of(AdminConfig.MANAGE))),
                false,
                new DataSize(1 << 20),
                5,
                Duration.ofSeconds(2));
        QueryRoutes routes =
                new QueryRoutes(name -> name.equals("Stock") ? Optional.of(host) : Optional.empty(), config, threads);
        server = new AdminServer(config, home, vertx, meters, TokenPermissions.NONE, List.of(routes));
        server.start();
        host.input("Moves").send(new Object[] {"nail", 7L});
        host.input("Moves").send(new Object[] {"bolt", 3L});
    }

    @AfterEach
    void stop() {
        server.close();
        host.close();
        manager.shutdown();
        resources.close();
        threads.shutdownNow();
        vertx.close();
    }

    private HttpResponse<String> ask(String user, JsonObject body) throws Exception {
        String credentials = user + ":" + (user.equals("viewer") ? "look" : "act");
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/stores/query"))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject query(String text) {
        return new JsonObject().put("appName", "Stock").put("query", text);
    }

    private JsonArray records(String text) throws Exception {
        HttpResponse<String> answer = ask("viewer", query(text));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonArray("records");
    }

    @Test
    void giveTheRowsOfATable() throws Exception {
        assertThat(records("from Levels on item == 'nail' select item, amount, price"))
                .isEqualTo(
                        new JsonArray().add(new JsonArray().add("nail").add(7).add(2.5)));
    }

    @Test
    void nameTheColumnsOnRequest() throws Exception {
        HttpResponse<String> answer = ask(
                "viewer",
                query("from Levels on item == 'bolt' select amount, price").put("details", true));

        assertThat(new JsonObject(answer.body()).getJsonArray("details"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("name", "amount").put("dataType", "LONG"))
                        .add(new JsonObject().put("name", "price").put("dataType", "DOUBLE")));
    }

    @Test
    void readTheOpenBucketOfAnAggregation() throws Exception {
        assertThat(records("from PerItem on item == 'nail' within 0L, " + Long.MAX_VALUE
                        + "L per 'years' select item, total"))
                .isEqualTo(new JsonArray().add(new JsonArray().add("nail").add(7)));
    }

    @Test
    void changeATableOnlyForWhoMay() throws Exception {
        JsonObject deletion = query("delete Levels on Levels.item == 'nail'");

        assertThat(ask("viewer", deletion).statusCode()).isEqualTo(403);
        assertThat(records("from Levels select item")).hasSize(2);
        HttpResponse<String> done = ask("operator", deletion);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(new JsonObject(done.body()).getJsonArray("records")).isEmpty();
        assertThat(records("from Levels select item")).hasSize(1);
    }

    private long affected(String text) throws Exception {
        HttpResponse<String> answer = ask("operator", query(text));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getJsonArray("records")).isEmpty();
        return new JsonObject(answer.body()).getLong("affected");
    }

    @Test
    void tellHowManyRowsAChangeTouched() throws Exception {
        assertThat(affected("select 'screw' as item, 1L as amount, 1.0 as price insert into Levels"))
                .isEqualTo(1);
        assertThat(affected("select 'screw' as item, 9L as amount, 1.0 as price insert into Levels"))
                .as("the key is taken")
                .isZero();
        assertThat(affected("select 'nail' as key, 5L as n update Levels set Levels.amount = n on Levels.item == key"))
                .isEqualTo(1);
        assertThat(affected("select 'cap' as item, 7L as amount, 1.0 as price update or insert into Levels"
                        + " set Levels.amount = amount on Levels.item == item"))
                .isEqualTo(1);
        assertThat(affected("select 4L as least delete Levels on Levels.amount > least"))
                .isEqualTo(2);
        assertThat(affected("delete Levels on Levels.item == 'nobody'")).isZero();
        assertThat(records("from Levels select item, amount order by item").encode())
                .isEqualTo("[[\"bolt\",3],[\"screw\",1]]");
    }

    @Test
    void sayWhereAQueryIsWrong() throws Exception {
        HttpResponse<String> answer = ask("viewer", query("from Levels\nselect item, insert"));

        assertThat(new JsonObject(answer.body()).getString("detail")).startsWith("Cannot query: 2:");
    }

    /** The engine keeps compiled queries; a key that leaves a constant out would give the rows of the query before. */
    @Test
    void readTheConstantsOfEachQueryAnew() throws Exception {
        assertThat(records("from Levels on amount > 5L select item").encode()).isEqualTo("[[\"nail\"]]");
        assertThat(records("from Levels on amount > 1L select item order by item")
                        .encode())
                .isEqualTo("[[\"bolt\"],[\"nail\"]]");
        assertThat(records("from Levels on amount > 7L select item").encode()).isEqualTo("[]");
    }

    /** All rows change in one step: a reader that saw some of them changed would see another sum. */
    @Test
    void seeOneInstantWhileOthersChange() throws Exception {
        Callable<Boolean> writer = () -> {
            for (long round = 0; round < 40; round++) {
                assertThat(affected("select " + round
                                + "L as n update Levels set Levels.amount = n on Levels.amount >= 0L"))
                        .isEqualTo(2);
            }
            return true;
        };
        Callable<Boolean> reader = () -> {
            for (int round = 0; round < 40; round++) {
                JsonArray row = records("from Levels on item != 'x' select sum(amount) as total, min(amount) as least")
                        .getJsonArray(0);
                assertThat(row.getLong(0)).isEqualTo(2 * row.getLong(1));
            }
            return true;
        };
        affected("select 0L as n update Levels set Levels.amount = n on Levels.amount >= 0L");

        for (Future<Boolean> one : threads.invokeAll(List.of(writer, reader, reader, reader))) {
            assertThat(one.get()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"from Nowhere select *", "from Levels select nothing", "fram Levels", "from Levels on"})
    void refuseAWrongQueryAsTheCallersFault(String text) throws Exception {
        HttpResponse<String> answer = ask("viewer", query(text));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("RUN-402", "Cannot query");
    }

    @Test
    void refuseWhatIsMissingInTheWordsThatClientsKnow() throws Exception {
        assertThat(ask("viewer", new JsonObject().put("appName", "Stock")).body())
                .contains("Query cannot be empty or null");
        assertThat(ask("viewer", new JsonObject().put("query", "from Levels select *"))
                        .body())
                .contains("Siddhi app name cannot be empty or null");
        HttpResponse<String> unknown =
                ask("viewer", query("from Levels select *").put("appName", "Other"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("Cannot find an active SiddhiApp with name: Other");
    }

    @Test
    void refuseAnAnswerThatIsTooLong() throws Exception {
        for (int item = 0; item < 4; item++) {
            host.input("Moves").send(new Object[] {"item" + item, 1L});
        }

        HttpResponse<String> answer = ask("viewer", query("from Levels select item"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("more than 5 rows");
        assertThat(records("from Levels select item limit 5")).hasSize(5);
    }

    @Test
    void giveUpWhenTheAppDoesNotAnswerInTime() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Future<?> busy = threads.submit(() -> host.ask(() -> {
            release.await();
            return true;
        }));

        HttpResponse<String> answer = ask("viewer", query("from Levels select item"));
        release.countDown();
        busy.get();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
        assertThat(records("from Levels select item")).hasSize(2);
    }

    @Test
    void doNotDisturbEachOther() throws Exception {
        Callable<List<Integer>> nails = () -> amounts("nail");
        Callable<List<Integer>> bolts = () -> amounts("bolt");

        List<Future<List<Integer>>> answers = threads.invokeAll(List.of(nails, bolts, nails, bolts));

        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get()).containsOnly(i % 2 == 0 ? 7 : 3);
        }
    }

    private List<Integer> amounts(String item) throws Exception {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            JsonArray rows = records("from Levels on item == '" + item + "' select amount");
            found.add(rows.getJsonArray(0).getInteger(0));
        }
        return found;
    }
}
