package io.sluice.dataservice;

class H2IT extends DatabaseContract {

    private Database database;

    @Override
    Database open() {
        database = Database.h2();
        return database;
    }

    @Override
    String[] kinds() {
        return new String[] {
            "CREATE TABLE kinds (a INT, b BOOLEAN, c DOUBLE PRECISION, d TIMESTAMP, e DATE, f TIME, g DECIMAL(20,5), h VARCHAR(40),"
                    + " i VARBINARY(10), j BIGINT)",
            "INSERT INTO kinds VALUES (1, TRUE, 1.5, '2026-01-31 12:00:00', '2026-01-31', '12:00:00', 12345678901234.5,"
                    + " 'grüß 😀 ''x''', X'CAFE', 9007199254740993)"
        };
    }

    @Override
    String numbers(int count) {
        return "SELECT x AS n FROM SYSTEM_RANGE(1, " + count + ")";
    }

    @Override
    String[] reader() {
        return new String[] {"CREATE USER reader PASSWORD 'x'", "GRANT SELECT ON SCHEMA PUBLIC TO reader"};
    }

    @Override
    Database reading() {
        return Database.at(database.source().getJdbcUrl().replaceFirst(";.*", ""), "reader", "x");
    }
}
