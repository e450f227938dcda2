package io.sluice.dataservice;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** A process of its own with a small heap: a million rows in H2, the data service over them, and a client that counts the lines. */
final class ExportProcess {

    static final int ROWS = 1_000_000;

    private static final String YAML = """
            service: big
            datasource: results
            access: {public: true}
            limits: {max-rows: 2000000}
            resources:
              - path: /rows
                get:
                  sql: SELECT id, ts, symbol, price, volume, note FROM events
                  sort: {default: [id]}
            """;

    private ExportProcess() {}

    /** @param arguments the folder to work in, and the media type */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String url = "jdbc:h2:file:" + folder.resolve("db") + ";CACHE_SIZE=8192";
        try (Database database = Database.at(url, "sa", "")) {
            database.run(
                    "CREATE TABLE events (id BIGINT PRIMARY KEY, ts BIGINT NOT NULL, symbol VARCHAR(12), price DOUBLE PRECISION, volume INT,"
                            + " note VARCHAR(60))",
                    "INSERT INTO events SELECT x, 1700000000000 + x, 'SYM' || MOD(x, 100), x / 7.0, x, 'a note about the event ' || x"
                            + " FROM SYSTEM_RANGE(1, " + ROWS + ")");
            try (ServiceUnderTest service = ServiceUnderTest.with(folder, database, YAML)) {
                long began = System.nanoTime();
                HttpRequest request = HttpRequest.newBuilder(service.uri("/big/rows"))
                        .header("Accept", arguments[1])
                        .build();
                long lines = 0;
                long bytes = 0;
                try (InputStream body = service.client()
                        .send(request, BodyHandlers.ofInputStream())
                        .body()) {
                    byte[] chunk = new byte[16 * 1024];
                    for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                        bytes += read;
                        for (int i = 0; i < read; i++) {
                            lines += chunk[i] == '\n' ? 1 : 0;
                        }
                    }
                }
                System.out.println(
                        "lines=" + lines + " bytes=" + bytes + " millis=" + (System.nanoTime() - began) / 1_000_000);
            }
        }
    }
}
