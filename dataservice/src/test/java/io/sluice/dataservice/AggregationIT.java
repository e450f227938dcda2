package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a stand-in that speaks the runner's query route. */
class AggregationIT {

    private static final String YAML = """
            service: farm
            datasource: results
            access: {public: true}
            resources:
              - path: /supply
                aggregation:
                  app: FarmSupply
                  name: SupplyAgg
                  per: [hours, days]
                  group: {crop: {type: string, max-length: 60, list: true}, plot: {type: long}}
                  values: {total: double}
                  max-rows: 3
              - path: /mine
                access: {scopes: []}
                aggregation:
                  {app: FarmSupply, name: SupplyAgg, per: [hours], group: {crop: {type: string}}, claims: {crop: crop}, values: {total: double}}
            """;
    private static final List<String> ATTACKS = List.of(
            "a\" or 1 == 1",
            "\"\"\" delete T",
            "x\\",
            "${user.home}",
            "a\nb",
            "' or true",
            "a; from T select *",
            "\u0000",
            "grüß 'x' -- /* */");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile JsonArray records = new JsonArray();
    private HttpServer runner;
    private Database database;
    private ServiceUnderTest service;

    @BeforeEach
    void open() throws Exception {
        runner = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    asked.add(body.toJsonObject()
                            .put("path", request.path())
                            .put("authorization", request.getHeader("Authorization")));
                    request.response()
                            .setStatusCode(status)
                            .end(new JsonObject().put("records", records).toBuffer());
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        URI url = URI.create("http://127.0.0.1:" + runner.actualPort());
        RunnerAccess access = new RunnerAccess(url, "admin", new Secret("pw"), Duration.ofSeconds(5));
        database = Database.h2();
        service = ServiceUnderTest.with(folder, ServiceUnderTest.config().withRunner(access), database, YAML);
        assertThat(service.problems()).containsExactly("serving [farm]");
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        database.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void givesBucketsAndTellsTheOpenOne() throws Exception {
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
        Instant before = hour.minus(1, ChronoUnit.HOURS);
        records = new JsonArray()
                .add(new JsonArray().add(hour.toEpochMilli()).add("rice").add(7).add(1.5))
                .add(new JsonArray()
                        .add(before.toEpochMilli())
                        .add("rice")
                        .add(7)
                        .add(4.0));

        JsonArray rows = service.json(
                        "/farm/supply?crop=rice&crop=wheat&plot=7&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
                .getJsonArray("data");

        assertThat(rows.getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("bucketStart", before.toString())
                        .put("bucketEnd", hour.toString())
                        .put("complete", true)
                        .put("crop", "rice")
                        .put("plot", 7)
                        .put("total", 4.0));
        assertThat(rows.getJsonObject(1).getBoolean("complete")).isFalse();
        assertThat(asked.get(0).getString("path")).isEqualTo("/stores/query");
        assertThat(asked.get(0).getString("appName")).isEqualTo("FarmSupply");
        assertThat(asked.get(0).getString("authorization")).isEqualTo("Basic YWRtaW46cHc=");
        assertThat(asked.get(0).getString("query"))
                .isEqualTo(
                        "from SupplyAgg on (crop == \"rice\" or crop == \"wheat\") and (plot == 7L) within"
                                + " 1767225600000L, 1767312000000L per \"hours\" select AGG_TIMESTAMP, crop, plot, total limit 4");
    }

    @Test
    void letsNoValueOutOfItsLiteral() throws Exception {
        for (String attack : ATTACKS) {
            asked.clear();
            String text = URLEncoder.encode(attack, StandardCharsets.UTF_8);
            int answered = service.get("/farm/supply?crop=" + text).statusCode();
            assertThat(answered).as(attack).isIn(200, 400);
            for (JsonObject query : asked) {
                assertThat(query.getString("query")).contains(" on (crop == \"" + attack + "\") within ");
                assertThat(attack).doesNotContain("\"", "\\", "${", "\n", "\u0000");
            }
            for (String name : List.of("plot", "per", "from", "to", "x")) {
                asked.clear();
                assertThat(service.get("/farm/supply?" + name + "=" + text).statusCode())
                        .as(name + "=" + attack)
                        .isEqualTo(400);
                assertThat(asked).isEmpty();
            }
        }
    }

    @Test
    void asksOnlyForTheGroupsOfTheCallersClaim() throws Exception {
        String identity = ServiceUnderTest.identity("ann", "", Map.of("crop", "rice"));

        assertThat(service.get("/farm/mine", "X-Sluice-Identity", identity).statusCode())
                .isEqualTo(200);
        assertThat(asked.get(0).getString("query")).contains(" on (crop == \"rice\") within ");
        assertThat(service.get("/farm/mine?crop=wheat", "X-Sluice-Identity", identity)
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.get("/farm/mine").statusCode()).isEqualTo(401);
    }

    @Test
    void answers503WithRetryAfterWhileTheRunnerOrTheAppIsAway() throws Exception {
        status = 404;
        HttpResponse<String> noApp = service.get("/farm/supply");
        assertThat(noApp.statusCode()).isEqualTo(503);
        runner.close().toCompletionStage().toCompletableFuture().get();
        HttpResponse<String> noRunner = service.get("/farm/supply");

        assertThat(noRunner.statusCode()).isEqualTo(503);
        assertThat(noRunner.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(new JsonObject(noRunner.body()).getString("code")).isEqualTo("DAT-409");
    }

    @Test
    void cutsNothingSilently() throws Exception {
        for (int i = 0; i < 4; i++) {
            records.add(new JsonArray().add(i).add("rice").add(1).add(1.0));
        }
        assertThat(service.get("/farm/supply").body()).contains("DAT-213");
    }

    @Test
    void isInTheDescription() throws Exception {
        JsonObject get = service.json("/farm/openapi.json")
                .getJsonObject("paths")
                .getJsonObject("/supply")
                .getJsonObject("get");

        assertThat(get.getJsonArray("parameters").encode()).contains("\"per\"", "\"crop\"", "\"from\"");
        assertThat(get.encode()).contains("bucketStart", "complete", "\"total\"");
    }
}
