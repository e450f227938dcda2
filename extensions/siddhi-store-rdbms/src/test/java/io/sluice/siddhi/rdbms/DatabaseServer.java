package io.sluice.siddhi.rdbms;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A real database server for tests, on loopback; it can go and come back at its port, with its rows. */
interface DatabaseServer extends AutoCloseable {

    String url();

    String user();

    String driver();

    void up() throws Exception;

    void down() throws Exception;

    @Override
    void close() throws Exception;

    default String store() {
        return store("allow.null.values='true', ");
    }

    /** @param options more options, each with a comma behind it */
    default String store(String options) {
        return "@store(type='rdbms', " + options + "jdbc.url='" + url() + "', username='" + user()
                + "', password='', jdbc.driver.name='" + driver()
                + "', pool.properties='maximumPoolSize:4,connectionTimeout:1000')";
    }

    default Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), "");
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Starts a server. */
    interface Start {
        DatabaseServer start() throws Exception;
    }

    /** Starts a server, or skips the tests of the class and says so loudly. */
    static DatabaseServer orSkip(String name, Start start) {
        try {
            return start.start();
        } catch (Exception | LinkageError cannot) {
            String message = "NOT TESTED: " + name + " cannot be started on this machine: " + cannot;
            System.err.println("=".repeat(100) + "\n" + message + "\n" + "=".repeat(100));
            return abort(message);
        }
    }
}
