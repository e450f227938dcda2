package io.sluice.dataservice;

import static io.sluice.dataservice.ReadIT.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteIT {

    private static final String YAML = """
            service: stock
            datasource: results
            access: {public: true}
            limits: {max-body: 2KiB, max-batch: 20}
            resources:
              - path: /items
                post:
                  insert: {table: items, key: [sku]}
                  batch: true
                  params: &item
                    sku: {type: string, max-length: 10}
                    amount: {type: int, minimum: 0}
                    note: {type: string, default: 'null'}
              - path: /items/{sku}
                patch:
                  sql: UPDATE items SET amount = :amount WHERE sku = :sku
                  single: true
                  params: {sku: {type: string}, amount: {type: int}}
                delete:
                  sql: DELETE FROM items WHERE sku = :sku
                  single: true
                  params: {sku: {type: string}}
              - path: /all
                delete: {sql: DELETE FROM items}
              - path: /events
                post:
                  sql: INSERT INTO events (text) VALUES (:text)
                  params: {text: {type: string}}
                  generated-keys: [id]
                  batch: true
            """;

    @TempDir
    private static Path folder;

    private static Database database;
    private static ServiceUnderTest service;

    @BeforeAll
    static void open() throws Exception {
        database = Database.h2();
        database.run(
                "CREATE TABLE items (sku VARCHAR(10) PRIMARY KEY, amount INT NOT NULL CHECK (amount < 1000), note VARCHAR(20))",
                "CREATE TABLE events (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text VARCHAR(20))");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [stock]");
    }

    @AfterAll
    static void close() {
        service.close();
        database.close();
    }

    @BeforeEach
    void empty() throws Exception {
        database.run("DELETE FROM items", "DELETE FROM events");
    }

    @Test
    void insertsOneRow() throws Exception {
        HttpResponse<String> answer = service.send("POST", "/stock/items", "{\"sku\":\"a'; DROP TABLE\",\"amount\":3}");
        HttpResponse<String> fine = service.send("POST", "/stock/items", "{\"sku\":\"';DROP--\",\"amount\":3}");

        assertThat(answer).satisfies(problem(400, "DAT-203"));
        assertThat(fine.statusCode()).isEqualTo(201);
        assertThat(database.number("SELECT amount FROM items WHERE sku = ''';DROP--' AND note IS NULL"))
                .isEqualTo(3);
    }

    @Test
    void insertsABatchAsAWhole() throws Exception {
        service.send("POST", "/stock/items", "{\"sku\":\"b\",\"amount\":1}");

        HttpResponse<String> clash =
                service.send("POST", "/stock/items", "[{\"sku\":\"a\",\"amount\":1},{\"sku\":\"b\",\"amount\":2}]");
        assertThat(clash).satisfies(problem(409, "DAT-403"));
        assertThat(database.number("SELECT COUNT(*) FROM items")).isEqualTo(1);

        HttpResponse<String> good = service.send(
                "POST",
                "/stock/items",
                "[{\"sku\":\"c\",\"amount\":1},{\"sku\":\"d\",\"amount\":2}]",
                "Prefer",
                "return=representation");
        assertThat(new JsonObject(good.body()).getInteger("affected")).isEqualTo(2);
        assertThat(good.headers().firstValue("Preference-Applied")).contains("return=representation");
        assertThat(database.number("SELECT COUNT(*) FROM items")).isEqualTo(3);
    }

    @Test
    void mergesOrIgnoresRowsThatAreThere() throws Exception {
        service.send("POST", "/stock/items", "{\"sku\":\"a\",\"amount\":1}");

        HttpResponse<String> ignored = service.send(
                "POST",
                "/stock/items",
                "[{\"sku\":\"a\",\"amount\":5},{\"sku\":\"b\",\"amount\":6}]",
                "Prefer",
                "resolution=ignore-duplicates");
        assertThat(ignored.headers().firstValue("Preference-Applied")).contains("resolution=ignore-duplicates");
        assertThat(database.number("SELECT SUM(amount) FROM items")).isEqualTo(7);

        service.send(
                "POST",
                "/stock/items",
                "[{\"sku\":\"a\",\"amount\":5},{\"sku\":\"c\",\"amount\":10}]",
                "Prefer",
                "resolution=merge-duplicates");
        assertThat(database.number("SELECT SUM(amount) FROM items")).isEqualTo(21);
    }

    @Test
    void givesGeneratedKeysBack() throws Exception {
        HttpResponse<String> answer = service.send(
                "POST", "/stock/events", "[{\"text\":\"x\"},{\"text\":\"y\"}]", "Prefer", "return=representation");

        JsonArray keys = new JsonObject(answer.body()).getJsonArray("keys");
        assertThat(keys).hasSize(2);
        assertThat(keys.getJsonObject(1).getLong("id"))
                .isEqualTo(keys.getJsonObject(0).getLong("id") + 1);
    }

    @Test
    void changesAndDeletesOneRowOr404() throws Exception {
        service.send("POST", "/stock/items", "{\"sku\":\"a\",\"amount\":1}");

        assertThat(service.send("PATCH", "/stock/items/a", "{\"amount\":9}").statusCode())
                .isEqualTo(204);
        assertThat(database.number("SELECT amount FROM items")).isEqualTo(9);
        assertThat(service.send("PATCH", "/stock/items/zz", "{\"amount\":9}")).satisfies(problem(404, "DAT-210"));
        assertThat(service.send("DELETE", "/stock/items/a", null).statusCode()).isEqualTo(204);
        assertThat(service.send("DELETE", "/stock/items/a", null)).satisfies(problem(404, "DAT-210"));
    }

    @Test
    void rollsBackWhenMoreWouldChangeThanAllowed() throws Exception {
        service.send("POST", "/stock/items", "[{\"sku\":\"a\",\"amount\":5},{\"sku\":\"b\",\"amount\":6}]");

        assertThat(service.send("DELETE", "/stock/all", null, "Prefer", "max-affected=1"))
                .satisfies(problem(409, "DAT-212"));
        assertThat(database.number("SELECT COUNT(*) FROM items")).isEqualTo(2);
        assertThat(service.send("DELETE", "/stock/all", null, "Prefer", "max-affected=2")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void refusesWhatDoesNotFit() throws Exception {
        assertThat(service.send("POST", "/stock/items", "{\"sku\":\"a\"}")).satisfies(problem(400, "DAT-203"));
        assertThat(service.send("POST", "/stock/items", "{\"sku\":\"a\",\"amount\":\"1\"}"))
                .satisfies(problem(400, "DAT-203"));
        assertThat(service.send("POST", "/stock/items", "{\"sku\":\"a\",\"amount\":1,\"x\":2}"))
                .satisfies(problem(400, "DAT-204"));
        assertThat(service.send("POST", "/stock/items", "{\"sku\":\"a\",\"amount\":1000}"))
                .satisfies(problem(422, "DAT-404"));
        assertThat(service.send("POST", "/stock/items", "{\"sku\":\"a\",")).satisfies(problem(400, "DAT-209"));
        assertThat(service.send("POST", "/stock/items", "[]")).satisfies(problem(400, "DAT-209"));
        assertThat(service.send("POST", "/stock/items", "x".repeat(3000))).satisfies(problem(413, "DAT-208"));
        assertThat(service.send("POST", "/stock/items?sku=a", "{}")).satisfies(problem(400, "DAT-204"));
        assertThat(service.send("POST", "/stock/items", "{}", "Prefer", "handling=strict, wait=3"))
                .satisfies(problem(400, "DAT-211"));
        assertThat(database.number("SELECT COUNT(*) FROM items")).isZero();
    }
}
