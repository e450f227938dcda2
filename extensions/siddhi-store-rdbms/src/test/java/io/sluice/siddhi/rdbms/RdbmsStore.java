package io.sluice.siddhi.rdbms;

import io.sluice.databases.DatabaseServer;

/** The {@code @store} of a test's table. */
final class RdbmsStore {

    private RdbmsStore() {}

    static String on(DatabaseServer server) {
        return on(server, "allow.null.values='true', ");
    }

    /** @param options more options, each with a comma behind it */
    static String on(DatabaseServer server, String options) {
        return "@store(type='rdbms', " + options + "jdbc.url='" + server.url() + "', username='" + server.user()
                + "', password='', jdbc.driver.name='" + server.driver()
                + "', pool.properties='maximumPoolSize:4,connectionTimeout:1000')";
    }
}
