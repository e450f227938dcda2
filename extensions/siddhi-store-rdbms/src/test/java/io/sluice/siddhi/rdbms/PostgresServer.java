package io.sluice.siddhi.rdbms;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** PostgreSQL from the binaries of a Maven package. */
final class PostgresServer implements DatabaseServer {

    private final int port;
    private final Path data;
    private EmbeddedPostgres server;

    private PostgresServer(int port, Path data) {
        this.port = port;
        this.data = data;
    }

    static PostgresServer start() throws Exception {
        PostgresServer made = new PostgresServer(
                DatabaseServer.freePort(), Files.createTempDirectory("postgres").resolve("data"));
        made.up();
        return made;
    }

    @Override
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public String driver() {
        return "org.postgresql.Driver";
    }

    @Override
    public void up() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    @Override
    public void down() throws IOException {
        server.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
