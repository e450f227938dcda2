package io.sluice.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.dataservice.DataService;
import io.sluice.dataservice.DataServiceConfig;
import io.sluice.dataservice.RunnerAccess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;

/**
 * Rows of H2 over HTTP as one JSON array in an object and as NDJSON: the data service, beside a bare loop from a result set to Jackson's generator behind the
 * JDK's HTTP server. One client reads and counts the bytes. Rounds alternate; the median counts. Argument: rows, at most a million.
 */
public final class ExportBenchmark {

    private static final int ROUNDS = 5;
    private static final int FETCH = 1_000;
    private static final String SQL = "SELECT id, ts, symbol, price, volume, note FROM events ORDER BY id";
    private static final String YAML = """
            service: big
            datasource: results
            access: {public: true}
            limits: {max-page-size: 1000000, max-rows: 10000000}
            resources:
              - path: /rows
                get:
                  sql: SELECT id, ts, symbol, price, volume, note FROM events
                  sort: {default: [id]}
            """;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HikariDataSource pool;
    private final int rows;

    private ExportBenchmark(HikariDataSource pool, int rows) {
        this.pool = pool;
        this.rows = rows;
    }

    /** Prints a Markdown table. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
        Path folder = Files.createTempDirectory("export");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:file:" + folder.resolve("db"));
        config.setUsername("sa");
        config.setPassword("");
        config.setMaximumPoolSize(4);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            new ExportBenchmark(pool, rows).run(folder);
        }
    }

    private void run(Path folder) throws Exception {
        fill();
        Files.writeString(Files.createDirectory(folder.resolve("services")).resolve("big.yaml"), YAML);
        Vertx vertx = Vertx.vertx();
        HttpServer bare = bareServer();
        DataServiceConfig config = new DataServiceConfig(
                "127.0.0.1",
                0,
                folder.resolve("services"),
                Duration.ZERO,
                DataServiceConfig.Trust.SIGNED,
                new Secret("a secret of at least thirty-two characters"),
                new RunnerAccess(URI.create("http://127.0.0.1:9090"), "admin", null, Duration.ofSeconds(10)),
                new DataServiceConfig.Limits(4, 2, 16, Duration.ofSeconds(60), 1, 1000));
        try (DataService service =
                new DataService(config, name -> pool, vertx, new SimpleMeterRegistry(), new HealthChecks())) {
            service.start();
            System.out.println("| format | rows/s, Sluice | rows/s, bare loop | ratio |");
            System.out.println("|---|---|---|---|");
            URI ours = URI.create("http://127.0.0.1:" + service.port() + "/big/rows?limit=" + rows);
            URI theirs = URI.create("http://127.0.0.1:" + bare.getAddress().getPort() + "/");
            compare("JSON", "application/json", ours, theirs);
            compare("NDJSON", "application/x-ndjson", ours, theirs);
        } finally {
            bare.stop(0);
            vertx.close();
        }
    }

    private void fill() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE events (id BIGINT PRIMARY KEY, ts BIGINT NOT NULL, symbol VARCHAR(12),"
                    + " price DOUBLE PRECISION, volume INT, note VARCHAR(60))");
            statement.execute("INSERT INTO events SELECT x, 1700000000000 + x, 'SYM' || MOD(x, 100), x / 7.0, x,"
                    + " 'a note about the event ' || x FROM SYSTEM_RANGE(1, " + rows + ")");
        }
    }

    private void compare(String name, String media, URI ours, URI theirs) throws Exception {
        double[] mine = new double[ROUNDS];
        double[] bare = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) { // the first is warm-up
            double one = rate(ours, media);
            double other = rate(theirs, media);
            if (round >= 0) {
                mine[round] = one;
                bare[round] = other;
            }
        }
        Arrays.sort(mine);
        Arrays.sort(bare);
        double us = mine[ROUNDS / 2];
        double them = bare[ROUNDS / 2];
        System.out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %.2f |%n", name, us, them, us / them);
    }

    private double rate(URI from, String media) throws IOException, InterruptedException {
        long began = System.nanoTime();
        HttpResponse<InputStream> answer = client.send(
                HttpRequest.newBuilder(from).header("Accept", media).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        long found = 0;
        try (InputStream body = answer.body()) {
            byte[] chunk = new byte[64 * 1024];
            for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                for (int index = 0; index < read; index++) {
                    found += chunk[index] == '}' ? 1 : 0;
                }
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (answer.statusCode() != 200 || found < rows || found > rows + 2) { // a frame around the rows may close too
            throw new IllegalStateException(from + " gave status " + answer.statusCode() + " and " + found + " rows");
        }
        return rows / seconds;
    }

    private HttpServer bareServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "bare");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean lines = exchange.getRequestHeaders().getFirst("Accept").contains("ndjson");
        exchange.sendResponseHeaders(200, 0);
        try (JsonGenerator json = new JsonFactory().createGenerator(exchange.getResponseBody());
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            if (lines) {
                json.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
            } else {
                json.writeStartArray();
            }
            try (ResultSet found = statement.executeQuery(SQL)) {
                while (found.next()) {
                    json.writeStartObject();
                    json.writeNumberField("id", found.getLong(1));
                    json.writeNumberField("ts", found.getLong(2));
                    json.writeStringField("symbol", found.getString(3));
                    json.writeNumberField("price", found.getDouble(4));
                    json.writeNumberField("volume", found.getInt(5));
                    json.writeStringField("note", found.getString(6));
                    json.writeEndObject();
                }
            }
            if (!lines) {
                json.writeEndArray();
            }
        } catch (SQLException trouble) {
            throw new IOException(trouble);
        }
    }
}
