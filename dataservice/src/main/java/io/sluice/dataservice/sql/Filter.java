package io.sluice.dataservice.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One condition of a request on a column that its author opened for filters: {@code price=gte.10}, {@code symbol=in.(IBM,SUN)}, {@code note=is.null}.
 *
 * @param column the column
 * @param operator the comparison
 * @param values what to compare with: one, several for IN, none for NULL tests
 */
public record Filter(Column column, Operator operator, List<Object> values) {

    /** Most values of one {@code in.(…)}. */
    public static final int MAX_IN = 100;

    /** The comparisons; patterns are left out, since a stranger could keep the database busy with them. */
    public enum Operator {
        /** Equal. */
        EQ("="),
        /** Not equal. */
        NEQ("<>"),
        /** Less. */
        LT("<"),
        /** Less or equal. */
        LTE("<="),
        /** Greater. */
        GT(">"),
        /** Greater or equal. */
        GTE(">="),
        /** One of a list. */
        IN("IN"),
        /** NULL or not NULL. */
        IS("IS");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }
    }

    /** Makes the list immutable. */
    public Filter {
        values = List.copyOf(values);
    }

    /**
     * Reads what stands behind the {@code =}.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write, to be put after the column's name
     */
    public static Filter parse(Column column, String text) {
        int dot = text.indexOf('.');
        Operator operator = operator(dot < 0 ? "" : text.substring(0, dot));
        String rest = text.substring(dot + 1);
        return switch (operator) {
            case IS -> new Filter(column, operator, List.of(isNull(rest)));
            case IN -> new Filter(column, operator, list(column, rest));
            default -> new Filter(column, operator, List.of(column.type().parse(rest)));
        };
    }

    private static Operator operator(String name) {
        for (Operator each : Operator.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "begins with no operator. Write for example 'gte.10'; operators are eq, neq, lt,"
                        + " lte, gt, gte, in.(a,b), is.null, is.notnull");
    }

    private static Boolean isNull(String rest) {
        if (!rest.equals("null") && !rest.equals("notnull")) {
            throw new IllegalArgumentException("must be is.null or is.notnull");
        }
        return rest.equals("null");
    }

    private static List<Object> list(Column column, String rest) {
        if (rest.length() < 3 || !rest.startsWith("(") || !rest.endsWith(")")) {
            throw new IllegalArgumentException("must be in.(a,b), with at least one value");
        }
        String[] texts = rest.substring(1, rest.length() - 1).split(",", -1);
        if (texts.length > MAX_IN) {
            throw new IllegalArgumentException("has " + texts.length + " values, at most " + MAX_IN + " are allowed");
        }
        List<Object> values = new ArrayList<>();
        for (String text : texts) {
            values.add(column.type().parse(text));
        }
        return values;
    }

    /** Appends the condition; its values are bound. */
    void appendTo(StringBuilder sql, List<BoundValue> bound, String name) {
        sql.append(name).append(' ').append(operator.sql);
        switch (operator) {
            case IS -> sql.append(values.get(0).equals(true) ? " NULL" : " NOT NULL");
            case IN -> {
                sql.append(" (?").append(", ?".repeat(values.size() - 1)).append(')');
                values.forEach(value -> bound.add(column.bind(value)));
            }
            default -> {
                sql.append(" ?");
                bound.add(column.bind(values.get(0)));
            }
        }
    }
}
