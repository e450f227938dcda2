package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.util.List;
import java.util.OptionalInt;

/**
 * A table as its definition declares it; all names are checked identifiers.
 *
 * @param table the physical name, possibly with its schema
 * @param columns in the order of the definition
 * @param primaryKey column names, empty for none
 * @param indexes column names of each index
 * @param allowsNull whether SQL NULL is kept for columns that are no strings
 */
record TableShape(
        String table,
        List<Column> columns,
        List<String> primaryKey,
        List<List<String>> indexes,
        boolean collated,
        boolean allowsNull) {

    /** One column; the length only for strings where the app gives one. */
    record Column(String name, Attribute.Type type, OptionalInt length) {}

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    boolean isKey(String column) {
        return primaryKey.contains(column);
    }

    int indexOf(String column) {
        return columnNames().indexOf(column);
    }
}
