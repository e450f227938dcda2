package io.sluice.databases;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;

/** H2 behind its TCP server. */
public final class H2Server implements DatabaseServer {

    private final Path folder;
    private final int port;
    private Server server;

    private H2Server(Path folder, int port) throws SQLException {
        this.folder = folder;
        this.port = port;
        this.server = start(folder, port);
    }

    /** Starts one with an empty database. */
    public static H2Server start() throws Exception {
        return new H2Server(Files.createTempDirectory("h2"), DatabaseServer.freePort());
    }

    @Override
    public String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./test";
    }

    @Override
    public String user() {
        return "sa";
    }

    @Override
    public String driver() {
        return "org.h2.Driver";
    }

    @Override
    public void up() throws SQLException {
        server = start(folder, port);
    }

    private static Server start(Path folder, int port) throws SQLException {
        return Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists", "-baseDir", folder.toString())
                .start();
    }

    @Override
    public void down() {
        server.stop();
    }

    @Override
    public void close() {
        down();
    }
}
