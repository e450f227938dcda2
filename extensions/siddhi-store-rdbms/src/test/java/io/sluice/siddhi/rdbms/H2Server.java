package io.sluice.siddhi.rdbms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;

/** H2 behind its TCP server. */
final class H2Server implements DatabaseServer {

    private final Path folder;
    private final int port;
    private Server server;

    private H2Server(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static H2Server start() throws Exception {
        H2Server made = new H2Server(Files.createTempDirectory("h2"), DatabaseServer.freePort());
        made.up();
        return made;
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
        server = Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists", "-baseDir", folder.toString())
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
