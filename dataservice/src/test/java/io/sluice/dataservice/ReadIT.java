package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadIT {

    private static final String YAML = """
            service: trades
            datasource: results
            access: {public: true}
            limits: {page-size: 10, max-page-size: 50, max-rows: 200}
            resources:
              - path: /trades
                get:
                  sql: SELECT id, ts, symbol, price, volume, note FROM trades
                  columns:
                    id: {as: string}
                    ts: {type: timestamp, stored-as: epoch-millis}
                    symbol: {name: instrument.symbol}
                    note: {name: instrument.note}
                  filter: [id, price, symbol, note, ts]
                  sort: {default: [ts, id], allow: [price, ts]}
              - path: /trades/{id}
                get:
                  sql: SELECT id, symbol, price FROM trades WHERE id = :id
                  params: {id: {type: long, minimum: 0}}
                  single: true
              - path: /search
                get:
                  sql: SELECT id FROM trades WHERE symbol IN (:symbol) AND price >= :least
                  params:
                    symbol: {type: string, max-length: 4, pattern: '[A-Z]+', list: true}
                    least: {type: decimal, default: '0'}
              - path: /types
                get: {sql: SELECT * FROM types}
            """;

    @TempDir
    private static Path folder;

    private static Database database;
    private static ServiceUnderTest service;

    @BeforeAll
    static void open() throws Exception {
        database = Database.h2();
        database.run(
                "CREATE TABLE trades (id BIGINT PRIMARY KEY, ts BIGINT NOT NULL, symbol VARCHAR(12), price DECIMAL(12,2) NOT NULL,"
                        + " volume INT, note VARCHAR(100))",
                "INSERT INTO trades SELECT x, 1700000000000 + x / 3 * 1000, CASE MOD(x, 2) WHEN 0 THEN 'IBM' ELSE 'SUN' END,"
                        + " x / 4.0, x * 10, CASE MOD(x, 5) WHEN 0 THEN NULL ELSE 'note ' || x END FROM SYSTEM_RANGE(1, 100)",
                "CREATE TABLE types (a INT, b BOOLEAN, c DOUBLE PRECISION, d TIMESTAMP, e TIMESTAMP WITH TIME ZONE, f DATE, g TIME,"
                        + " h UUID, i VARBINARY(10), j DECIMAL(20,5), k VARCHAR(20))",
                "INSERT INTO types VALUES (1, TRUE, 1.5, TIMESTAMP '2026-01-31 12:00:00', TIMESTAMP WITH TIME ZONE"
                        + " '2026-01-31 12:00:00+02:00', DATE '2026-01-31', TIME '12:00:00', '123e4567-e89b-12d3-a456-426614174000',"
                        + " X'CAFE', 12345678901234.5, '=1+1'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [trades]");
    }

    @AfterAll
    static void close() {
        service.close();
        database.close();
    }

    @Test
    void givesAPageOfTypedAndNestedRows() throws Exception {
        JsonObject page = service.json("/trades/trades?limit=1");

        assertThat(page.getJsonArray("data").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("id", "1")
                        .put("ts", "2023-11-14T22:13:20Z")
                        .put("instrument", new JsonObject().put("symbol", "SUN").put("note", "note 1"))
                        .put("price", 0.25)
                        .put("volume", 10));
        assertThat(page.getString("next")).startsWith("?limit=1&cursor=");
    }

    @Test
    void followsCursorsThroughEveryRowOnce() throws Exception {
        for (String query :
                List.of("?limit=7", "?sort=price.desc&limit=7", "?sort=ts.desc", "?symbol=eq.IBM&limit=3")) {
            List<String> ids = new ArrayList<>();
            String next = query;
            while (next != null) {
                JsonObject page = service.json("/trades/trades" + next);
                page.getJsonArray("data").forEach(row -> ids.add(((JsonObject) row).getString("id")));
                next = page.getString("next");
            }
            assertThat(ids).as(query).hasSize(query.contains("IBM") ? 50 : 100).doesNotHaveDuplicates();
        }
    }

    @Test
    void filtersByDeclaredColumnsOnly() throws Exception {
        assertThat(ids("/trades/trades?price=gte.24.5&sort=price")).containsExactly("98", "99", "100");
        assertThat(ids("/trades/trades?id=in.(3,5)")).containsExactly("3", "5");
        assertThat(ids("/trades/trades?note=is.null&price=lt.2.6")).containsExactly("5", "10");
        assertThat(ids("/trades/trades?ts=lt.2023-11-14T22:13:21Z")).containsExactly("1", "2");
        assertThat(service.get("/trades/trades?volume=eq.10")).satisfies(problem(400, "DAT-204"));
        assertThat(service.get("/trades/trades?price=10")).satisfies(problem(400, "DAT-203"));
        assertThat(service.get("/trades/trades?sort=volume")).satisfies(problem(400, "DAT-203"));
    }

    @Test
    void countsWhenAsked() throws Exception {
        assertThat(service.json("/trades/trades?count=exact&symbol=eq.IBM").getInteger("count"))
                .isEqualTo(50);
        assertThat(service.json("/trades/trades", "Prefer", "count=exact").getInteger("count"))
                .isEqualTo(100);
        assertThat(service.json("/trades/trades").containsKey("count")).isFalse();
    }

    @Test
    void refusesForgedAndForeignCursors() throws Exception {
        String next = service.json("/trades/trades?limit=3").getString("next");
        String cursor = next.substring(next.indexOf("cursor=") + 7);
        char last = cursor.charAt(2);
        String forged = cursor.substring(0, 2) + (last == 'A' ? 'B' : 'A') + cursor.substring(3);

        assertThat(service.get("/trades/trades?limit=3&cursor=" + forged)).satisfies(problem(400, "DAT-205"));
        assertThat(service.get("/trades/trades?sort=price&cursor=" + cursor)).satisfies(problem(400, "DAT-205"));
        assertThat(service.get("/trades/trades?symbol=eq.IBM&cursor=" + cursor)).satisfies(problem(400, "DAT-205"));
        assertThat(service.get("/trades/trades?limit=5&cursor=" + cursor).statusCode())
                .isEqualTo(200);
    }

    @Test
    void givesTheSingleRowItselfOr404() throws Exception {
        assertThat(service.json("/trades/trades/4"))
                .isEqualTo(new JsonObject().put("id", 4).put("symbol", "IBM").put("price", 1.0));
        assertThat(service.get("/trades/trades/4000")).satisfies(problem(404, "DAT-210"));
        assertThat(service.get("/trades/trades/abc")).satisfies(problem(400, "DAT-203"));
        assertThat(service.get("/trades/trades/-1")).satisfies(problem(400, "DAT-203"));
    }

    @Test
    void bindsListsAndDefaults() throws Exception {
        JsonArray rows =
                service.json("/trades/search?symbol=IBM&symbol=SUN&least=24.75").getJsonArray("data");

        assertThat(rows).hasSize(2);
        assertThat(service.get("/trades/search")).satisfies(problem(400, "DAT-203"));
        assertThat(service.get("/trades/search?symbol=ibm")).satisfies(problem(400, "DAT-203"));
        assertThat(service.get("/trades/search?symbol=%27%20OR%201=1--")).satisfies(problem(400, "DAT-203"));
    }

    @Test
    void writesEveryType() throws Exception {
        String body = service.get("/trades/types").body();

        assertThat(body)
                .startsWith(
                        "{\"data\":[{\"a\":1,\"b\":true,\"c\":1.5,\"d\":\"2026-01-31T12:00:00Z\",\"e\":\"2026-01-31T10:00:00Z\","
                                + "\"f\":\"2026-01-31\",\"g\":\"12:00:00\",\"h\":\"123e4567-e89b-12d3-a456-426614174000\",\"i\":\"yv4=\","
                                + "\"j\":12345678901234.50000,\"k\":\"=1+1\"},{\"a\":null,");
        assertThat(new JsonObject(body)
                        .getJsonArray("data").getJsonObject(1).stream().map(Map.Entry::getValue))
                .hasSize(11)
                .containsOnlyNulls();
    }

    @Test
    void exportsAsLinesAndCsv() throws Exception {
        HttpResponse<String> lines = service.get("/trades/trades", "Accept", "application/x-ndjson");
        HttpResponse<String> csv = service.get("/trades/types", "Accept", "text/csv");

        assertThat(lines.body().lines())
                .hasSize(100)
                .allSatisfy(line -> assertThat(new JsonObject(line)).isNotEmpty());
        assertThat(csv.body().lines().toList().get(0)).isEqualTo("a,b,c,d,e,f,g,h,i,j,k");
        assertThat(csv.body().lines().toList().get(1)).endsWith(",'=1+1");
        assertThat(csv.body().lines().toList().get(2)).isEqualTo(",,,,,,,,,,");
        assertThat(service.get("/trades/trades", "Accept", "text/html")).satisfies(problem(406, "DAT-206"));
    }

    @Test
    void answersConditionalRequests() throws Exception {
        HttpResponse<String> first = service.get("/trades/trades/4");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        assertThat(service.get("/trades/trades/4", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(service.get("/trades/trades/4", "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
        assertThat(service.send("HEAD", "/trades/trades/4", null).headers().firstValue("ETag"))
                .contains(tag);
    }

    @Test
    void describesItselfWithTheColumnsOfTheDatabase() throws Exception {
        JsonObject document = service.json("/trades/openapi.json");

        JsonObject list =
                document.getJsonObject("paths").getJsonObject("/trades").getJsonObject("get");
        JsonObject row = list.getJsonObject("responses")
                .getJsonObject("200")
                .getJsonObject("content")
                .getJsonObject("application/x-ndjson")
                .getJsonObject("schema")
                .getJsonObject("properties");
        assertThat(document.getString("openapi")).isEqualTo("3.1.0");
        assertThat(row.getJsonObject("id").encode()).isEqualTo("{\"type\":\"string\",\"format\":\"int64\"}");
        assertThat(row.getJsonObject("volume").getJsonArray("type")).containsExactly("integer", "null");
        assertThat(row.getJsonObject("instrument").getJsonObject("properties").fieldNames())
                .containsExactly("symbol", "note");
        assertThat(document.getJsonObject("paths").fieldNames())
                .containsExactlyInAnyOrder("/trades", "/trades/{id}", "/search", "/types");
    }

    @Test
    void tellsWhatIsNotThere() throws Exception {
        assertThat(service.get("/nothing")).satisfies(problem(404, "DAT-201"));
        assertThat(service.get("/trades/nothing/here")).satisfies(problem(404, "DAT-201"));
        assertThat(service.get("/trades/trades/%ff")).satisfies(problem(400, "DAT-214"));
        HttpResponse<String> wrongVerb = service.send("DELETE", "/trades/trades", null);
        assertThat(wrongVerb).satisfies(problem(405, "DAT-202"));
        assertThat(wrongVerb.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    private static List<String> ids(String path) throws Exception {
        return service.json(path).getJsonArray("data").stream()
                .map(row -> ((JsonObject) row).getString("id"))
                .toList();
    }

    static Consumer<HttpResponse<String>> problem(int status, String code) {
        return answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        };
    }
}
