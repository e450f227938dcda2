package io.sluice.databases;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** PostgreSQL from the binaries of a Maven package. */
public final class PostgresServer implements DatabaseServer {

    private final int port;
    private final Path data;
    private EmbeddedPostgres server;

    private PostgresServer(int port, Path data) throws IOException {
        this.port = port;
        this.data = data;
        this.server = start(port, data);
    }

    /** Starts one with an empty database. */
    public static PostgresServer start() throws IOException {
        return new PostgresServer(
                DatabaseServer.freePort(), Files.createTempDirectory("postgres").resolve("data"));
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
        server = start(port, data);
    }

    private static EmbeddedPostgres start(int port, Path data) throws IOException {
        return EmbeddedPostgres.builder()
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
