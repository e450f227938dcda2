package io.sluice.dataservice.sql;

/**
 * One column of an order.
 *
 * @param column a column that is never NULL
 * @param descending the direction
 */
public record SortKey(Column column, boolean descending) {

    /** How it is written in a request, for example {@code ts.desc}. */
    public String text() {
        return column.key() + (descending ? ".desc" : "");
    }
}
