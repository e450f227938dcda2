package io.sluice.dataservice.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An author's SELECT with what one request adds: filters, order, a place to go on from and a limit. The plain text is kept where possible, because then
 * every database uses its indexes; otherwise the text becomes a derived table {@code q}.
 *
 * @param dialect the database
 * @param sql the author's SELECT
 * @param rows the author's row filter, or null
 * @param visible the columns to give back, in order
 * @param all whether those are all columns of the result
 * @param filters conditions of the request
 * @param order the order, unique as a whole; empty for none
 * @param after values of the order's columns in the last row before the page; empty for the first page
 * @param limit most rows
 */
public record PageQuery(
        Dialect dialect,
        SqlText sql,
        @Nullable SqlText rows,
        List<Column> visible,
        boolean all,
        List<Filter> filters,
        List<SortKey> order,
        List<Object> after,
        long limit) {

    private static final List<String> OWN_ENDING =
            List.of("ORDER", "LIMIT", "OFFSET", "FETCH", "FETCH(", "FOR", "TOP", "LIMIT(");

    /** The query for the rows. */
    public BoundSql page(Function<String, List<BoundValue>> valuesOf) {
        List<BoundValue> values = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        if (keepsText()) {
            append(text, values, sql, valuesOf);
            appendOrder(text, "");
        } else {
            String columns = visible.stream().map(each -> name(each)).collect(Collectors.joining(", "));
            text.append("SELECT ").append(columns).append(" FROM (");
            append(text, values, sql, valuesOf);
            text.append(") q");
            appendConditions(text, values, valuesOf, true);
            appendOrder(text, "q.");
        }
        if (!keepsText() || !hasOwnEnding()) {
            text.append(dialect == Dialect.OTHER ? " FETCH FIRST " + limit + " ROWS ONLY" : " LIMIT " + limit);
        }
        return new BoundSql(text.toString(), values);
    }

    /** The same rows, but only the one with the highest value of a column. */
    public PageQuery last(Column column) {
        return new PageQuery(
                dialect, sql, rows, visible, all, filters, List.of(new SortKey(column, true)), List.of(), 1);
    }

    /**
     * The same rows in the same order, but only those behind one value of the order's single column and up to another.
     *
     * @param from exclusive, or null for the first
     * @param to inclusive
     */
    public PageQuery between(@Nullable Long from, long to) {
        List<Filter> narrowed = new ArrayList<>(filters);
        narrowed.add(new Filter(order.get(0).column(), Filter.Operator.LTE, List.of(to)));
        List<Object> behind = from == null ? List.of() : List.of(from);
        return new PageQuery(dialect, sql, rows, visible, all, narrowed, order, behind, limit);
    }

    /** The query for the number of rows, whatever the page. */
    public BoundSql count(Function<String, List<BoundValue>> valuesOf) {
        List<BoundValue> values = new ArrayList<>();
        StringBuilder text = new StringBuilder("SELECT COUNT(*) FROM (");
        append(text, values, sql, valuesOf);
        text.append(") q");
        appendConditions(text, values, valuesOf, false);
        return new BoundSql(text.toString(), values);
    }

    private boolean keepsText() {
        boolean nothingAdded = rows == null && filters.isEmpty() && after.isEmpty() && all;
        return nothingAdded && (order.isEmpty() || !hasOwnEnding());
    }

    private boolean hasOwnEnding() {
        return sql.words().stream().anyMatch(OWN_ENDING::contains);
    }

    private static void append(
            StringBuilder text, List<BoundValue> values, SqlText part, Function<String, List<BoundValue>> valuesOf) {
        BoundSql bound = BoundSql.of(part, valuesOf);
        text.append(bound.text());
        values.addAll(bound.values());
    }

    private void appendConditions(
            StringBuilder text,
            List<BoundValue> values,
            Function<String, List<BoundValue>> valuesOf,
            boolean fromCursor) {
        String glue = " WHERE ";
        if (rows != null) {
            text.append(glue).append('(');
            append(text, values, rows, valuesOf);
            text.append(')');
            glue = " AND ";
        }
        for (Filter filter : filters) {
            text.append(glue);
            filter.appendTo(text, values, name(filter.column()));
            glue = " AND ";
        }
        if (fromCursor && !after.isEmpty()) {
            text.append(glue);
            appendAfter(text, values, 0);
        }
    }

    /** {@code a >= ? AND (a > ? OR (b >= ? AND (b > ? OR c > ?)))}: the one form for which H2, MariaDB and PostgreSQL all use an index. */
    private void appendAfter(StringBuilder text, List<BoundValue> values, int index) {
        SortKey key = order.get(index);
        String operator = key.descending() ? " <" : " >";
        BoundValue value = key.column().bind(after.get(index));
        String name = name(key.column());
        values.add(value);
        if (index == order.size() - 1) {
            text.append(name).append(operator).append(" ?");
            return;
        }
        text.append('(').append(name).append(operator).append("= ? AND (");
        text.append(name).append(operator).append(" ? OR ");
        values.add(value);
        appendAfter(text, values, index + 1);
        text.append("))");
    }

    private void appendOrder(StringBuilder text, String prefix) {
        String glue = " ORDER BY ";
        for (SortKey key : order) {
            text.append(glue).append(prefix).append(dialect.quote(key.column().label()));
            text.append(key.descending() ? " DESC" : "");
            glue = ", ";
        }
    }

    private String name(Column column) {
        return "q." + dialect.quote(column.label());
    }
}
