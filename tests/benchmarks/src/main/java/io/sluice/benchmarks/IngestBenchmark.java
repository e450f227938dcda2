package io.sluice.benchmarks;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.sluice.databases.DatabaseServer;
import io.sluice.databases.MariaDbServer;
import io.sluice.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;

/**
 * Rows into a table in batches of {@value #BATCH}: events through a query into {@code @store(type='rdbms')}, beside JDBC batches of the same rows, each batch
 * one transaction on both sides. Rounds alternate; the median counts. Argument: rows per round.
 */
public final class IngestBenchmark {

    private static final int BATCH = 1_000;
    private static final int ROUNDS = 5;

    private IngestBenchmark() {}

    /** One database, reached the same way by both sides. */
    private record Target(String name, String url, String user, String driver) {
        Connection connect() throws SQLException {
            return DriverManager.getConnection(url, user, "");
        }
    }

    /** Prints a Markdown table. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        System.out.println("| database | rows/s, Sluice | rows/s, JDBC batch | ratio |");
        System.out.println("|---|---|---|---|");
        String file = Files.createTempDirectory("ingest").resolve("db").toString();
        compare(new Target("H2, file", "jdbc:h2:file:" + file, "sa", "org.h2.Driver"), rows);
        try (DatabaseServer server = PostgresServer.start()) {
            compare(new Target("PostgreSQL", server.url(), server.user(), server.driver()), rows);
        }
        try (DatabaseServer server = MariaDbServer.start()) {
            compare(new Target("MariaDB", server.url(), server.user(), server.driver()), rows);
        }
    }

    private static void compare(Target target, int rows) throws Exception {
        double[] ours = new double[ROUNDS];
        double[] theirs = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) { // the first is warm-up
            double table = rows / table(target, rows);
            double batches = rows / batches(target, rows);
            if (round >= 0) {
                ours[round] = table;
                theirs[round] = batches;
            }
        }
        double mine = median(ours);
        double bare = median(theirs);
        System.out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %.2f |%n", target.name(), mine, bare, mine / bare);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double table(Target target, int rows) throws Exception {
        drop(target, "ours");
        SiddhiManager manager = new SiddhiManager();
        try {
            SiddhiAppRuntime app = manager.createSiddhiAppRuntime("@app:name('Ingest')"
                    + " define stream In (id long, sensor string, reading double, taken long);"
                    + " @store(type='rdbms', jdbc.url='" + target.url() + "', username='" + target.user()
                    + "', password='', jdbc.driver.name='" + target.driver() + "', table.name='ours')"
                    + " define table Rows (id long, sensor string, reading double, taken long);"
                    + " from In select id, sensor, reading, taken insert into Rows;");
            app.start();
            long began = System.nanoTime();
            for (int first = 0; first < rows; first += BATCH) {
                Event[] batch = new Event[Math.min(BATCH, rows - first)];
                for (int index = 0; index < batch.length; index++) {
                    batch[index] = new Event(began, row(first + index));
                }
                app.getInputHandler("In").send(batch);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            require(target, "ours", rows);
            return seconds;
        } finally {
            manager.shutdown();
        }
    }

    private static double batches(Target target, int rows) throws SQLException, IOException {
        drop(target, "theirs");
        try (Connection connection = target.connect();
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE theirs AS SELECT * FROM ours WHERE 1 = 0"); // the same columns
            connection.setAutoCommit(false);
            long began = System.nanoTime();
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO theirs (id, sensor, reading, taken) VALUES (?, ?, ?, ?)")) {
                for (int number = 0; number < rows; number++) {
                    Object[] row = row(number);
                    insert.setLong(1, (Long) row[0]);
                    insert.setString(2, (String) row[1]);
                    insert.setDouble(3, (Double) row[2]);
                    insert.setLong(4, (Long) row[3]);
                    insert.addBatch();
                    if ((number + 1) % BATCH == 0 || number + 1 == rows) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            require(target, "theirs", rows);
            return seconds;
        }
    }

    private static Object[] row(int number) {
        return new Object[] {(long) number, "sensor-" + number % 1_000, number / 7.0, 1_700_000_000_000L + number};
    }

    private static void drop(Target target, String table) throws SQLException {
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + table);
        }
    }

    /** A side that loses rows is not fast. */
    private static void require(Target target, String table, int rows) throws SQLException {
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            count.next();
            if (count.getInt(1) != rows) {
                throw new IllegalStateException(target.name() + ": " + count.getInt(1) + " rows of " + rows);
            }
        }
    }
}
