package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataservice.service.WriteRights;
import io.sluice.dataservice.sql.Dialect;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the data service does alike over every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseContract {

    private static final String YAML = """
            service: shop
            datasource: results
            access: {public: true}
            limits: {page-size: 10, max-rows: 500000}
            resources:
              - path: /kinds
                get: {sql: SELECT * FROM kinds ORDER BY a, columns: {b: {type: boolean}}}
              - path: /items
                get:
                  sql: SELECT id, grp, note FROM items
                  filter: [note, grp]
                  sort: {default: [id], allow: [grp]}
                post:
                  insert: {table: items, key: [id]}
                  batch: true
                  params: {id: {type: long}, grp: {type: int}, note: {type: string, default: 'null'}}
              - path: /numbers
                get: {sql: 'SELECT id, text FROM numbers', sort: {default: [id]}}
              - path: /log
                get:
                  sql: SELECT id, note, at FROM log
                  filter: [note]
                  columns: {at: {type: timestamp, stored-as: epoch-millis}}
                  stream: {by: id, at: at, settle: 1500ms, poll: 50ms}
            """;
    private static final int MANY = 200_000;

    private Database database;
    private ServiceUnderTest service;

    /** An empty database with somebody who may do everything. */
    abstract Database open() throws Exception;

    /** Definitions of a table {@code kinds(a..j)} and a row in it. */
    abstract String[] kinds();

    /** A query of one column {@code n} with the numbers from 1. */
    abstract String numbers(int count);

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        database = open();
        database.run(kinds());
        database.run(
                "CREATE TABLE items (id BIGINT PRIMARY KEY, grp INT NOT NULL, note VARCHAR(50))",
                "CREATE TABLE log (id BIGINT PRIMARY KEY, note VARCHAR(50), at BIGINT)",
                "CREATE TABLE numbers (id BIGINT PRIMARY KEY, text VARCHAR(60))",
                "INSERT INTO numbers SELECT n, CONCAT('a text that takes some room, number ', n) FROM (" + numbers(MANY)
                        + ") t");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [shop]");
    }

    @AfterAll
    void stop() {
        if (service != null) {
            service.close();
            database.close();
        }
    }

    @Test
    void refusesAWriteInTheTransactionOfAGet() throws Exception {
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            Dialect dialect = Dialect.of(connection);
            assumeThat(dialect).as("H2 has no read-only transactions").isNotEqualTo(Dialect.H2);
            dialect.beginRead(connection, 5000);
            assertThatThrownBy(() -> statement.execute("DELETE FROM items"))
                    .isInstanceOf(SQLException.class)
                    .message()
                    .containsPattern("(?i)read.only");
            dialect.end(connection);
        }
    }

    @Test
    void writesEveryTypeAlike() throws Exception {
        JsonArray rows = service.json("/shop/kinds").getJsonArray("data");

        assertThat(rows.getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("a", 1)
                        .put("b", true)
                        .put("c", 1.5)
                        .put("d", "2026-01-31T12:00:00Z")
                        .put("e", "2026-01-31")
                        .put("f", "12:00:00")
                        .put("g", 12345678901234.5)
                        .put("h", "grüß 😀 'x'")
                        .put("i", "yv4=")
                        .put("j", 9007199254740993L));
    }

    @Test
    void upsertsAndPagesThroughEveryRowWithNullsFilteredButNotSorted() throws Exception {
        String batch = IntStream.rangeClosed(1, 45)
                .mapToObj(id -> "{\"id\":" + id + ",\"grp\":" + id % 4 + (id % 5 == 0 ? "" : ",\"note\":\"n\"") + "}")
                .toList()
                .toString();
        for (int again = 0; again < 2; again++) {
            HttpResponse<String> answer =
                    service.send("POST", "/shop/items", batch, "Prefer", "resolution=merge-duplicates");
            assertThat(answer.statusCode()).as(answer.body()).isIn(201, 204);
        }
        assertThat(service.send("POST", "/shop/items", "{\"id\":1,\"grp\":1}").statusCode())
                .isEqualTo(409);

        for (String first : List.of("?limit=7", "?sort=grp.desc", "?note=is.null&sort=grp&limit=2")) {
            List<Object> ids = new ArrayList<>();
            for (String next = first; next != null; ) {
                JsonObject page = service.json("/shop/items" + next);
                page.getJsonArray("data").forEach(row -> ids.add(((JsonObject) row).getValue("id")));
                next = page.getString("next");
            }
            assertThat(ids).as(first).hasSize(first.contains("null") ? 9 : 45).doesNotHaveDuplicates();
        }
    }

    @Test
    void streamsALargeResultAndLetsGoOfTheDatabaseWhenTheReaderLeaves() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.uri("/shop/numbers"))
                .header("Accept", "application/x-ndjson")
                .build();
        HttpResponse<Stream<String>> whole = service.client().send(request, BodyHandlers.ofLines());
        assertThat(whole.body().count()).isEqualTo(MANY);

        service.client().send(request, BodyHandlers.ofInputStream()).body().close();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> database.source().getHikariPoolMXBean().getActiveConnections() == 0);
    }

    @Test
    void followsWithoutGapOrDuplicateThoughALowerNumberCommitsLater() throws Exception {
        database.run("INSERT INTO log VALUES (1, 'old', 1), (2, 'old', 2)");
        try (Follower follower = Follower.of(service, "/shop/log", "Accept", "text/event-stream");
                Connection late = database.source().getConnection();
                Statement statement = late.createStatement()) {
            assertThat(follower.answer().headers().firstValue("Stream-Position"))
                    .hasValueSatisfying(position -> assertThat(position).isIn("1", "2"));
            assertThat(follower.answer().headers().firstValue("Stream-Lag-Ms")).isPresent();
            await().until(() -> follower.after("data: ").size() == 2);
            late.setAutoCommit(false);
            statement.execute("INSERT INTO log VALUES (3, 'late', 3)");
            database.run("INSERT INTO log VALUES (4, 'early', 4)");
            late.commit();
            late.setAutoCommit(true);
            await().until(() -> follower.after("data: ").size() >= 4);
            assertThat(follower.after("data: "))
                    .extracting(data -> new JsonObject(data).getInteger("id"))
                    .containsExactly(1, 2, 3, 4);

            String last = follower.after("id: ").get(2);
            try (Follower again = Follower.of(
                    service, "/shop/log?follow=true", "Accept", "application/x-ndjson", "Last-Event-ID", last)) {
                await().until(() -> again.lines().size() >= 2);
                assertThat(new JsonObject(again.lines().get(0)).getInteger("id"))
                        .isEqualTo(4);
                assertThat(new JsonObject(again.lines().get(1)).getString("cursor"))
                        .isEqualTo(follower.after("id: ").get(3));
            }
        }
        assertThat(service.get("/shop/log").headers().map())
                .containsEntry("stream-position", List.of("4"))
                .containsKey("stream-lag-ms");
        assertThat(service.get("/shop/log", "Accept", "text/event-stream", "Last-Event-ID", "forged")
                        .statusCode())
                .isEqualTo(400);
        assertThat(service.get("/shop/items", "Accept", "text/event-stream").statusCode())
                .isEqualTo(406);
    }

    @Test
    void tellsAnAccountThatMayWriteFromOneThatMayNot() throws Exception {
        assumeThat(reader()).as("NOT TESTED: this server runs without accounts").isNotEmpty();
        try (Connection connection = database.source().getConnection()) {
            assertThat(WriteRights.canWrite(connection)).isTrue();
        }
        database.run(reader());
        try (Database other = reading();
                Connection connection = other.source().getConnection()) {
            assertThat(WriteRights.canWrite(connection)).isFalse();
        }
    }

    /** Statements that make an account that may only read; none where the server knows no accounts. */
    abstract String[] reader();

    /** The database by that account. */
    abstract Database reading();
}
