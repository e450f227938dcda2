package io.sluice.siddhi.rdbms;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.tools.Server;

/** An H2 server on loopback that can go and come back at its port, with its rows. */
final class H2Server implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Server server;

    private H2Server(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static H2Server start() throws Exception {
        H2Server made = new H2Server(Files.createTempDirectory("h2"), freePort());
        made.up();
        return made;
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./test";
    }

    String store() {
        return "@store(type='rdbms', jdbc.url='" + url() + "', username='sa', password='', "
                + "jdbc.driver.name='org.h2.Driver', allow.null.values='true', pool.properties='maximumPoolSize:4,connectionTimeout:1000')";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "sa", "");
    }

    void up() throws SQLException {
        server = Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists", "-baseDir", folder.toString())
                .start();
    }

    void down() {
        server.stop();
    }

    @Override
    public void close() {
        down();
    }
}
