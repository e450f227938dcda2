package io.sluice.databases;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A real database server for tests, on loopback; it can go and come back at its port, with its rows. */
public interface DatabaseServer extends AutoCloseable {

    /** JDBC URL. */
    String url();

    /** Who may do everything, with an empty password. */
    String user();

    /** Class name of the JDBC driver. */
    String driver();

    /** Starts again after {@link #down()}. */
    void up() throws Exception;

    /** Stops; port and rows are kept. */
    void down() throws Exception;

    @Override
    void close() throws IOException;

    /** A connection of its own; the caller closes it. */
    default Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), "");
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Starts a server. */
    interface Start {
        /** The running server. */
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
