package io.sluice.siddhi.rdbms;

import java.util.regex.Pattern;

/**
 * Names that go into SQL text. They are never quoted, by contract with existing databases; so they may hold nothing but letters, digits and
 * underscores, and a table's name also dots between them.
 */
final class Identifiers {

    private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,2}");

    private Identifiers() {}

    static boolean isColumn(String name) {
        return COLUMN.matcher(name).matches();
    }

    static boolean isTable(String name) {
        return TABLE.matcher(name).matches();
    }
}
