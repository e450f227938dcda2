package io.sluice.dataservice.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A text of ours or an author's with a value for each {@code ?}. No text of a request is ever in it.
 *
 * @param text what the driver gets
 * @param values one per {@code ?}
 */
public record BoundSql(String text, List<BoundValue> values) {

    /** Makes the list immutable. */
    public BoundSql {
        values = List.copyOf(values);
    }

    /** An author's statement with the values of its parameters; a list of values becomes as many {@code ?}. */
    public static BoundSql of(SqlText sql, Function<String, List<BoundValue>> valuesOf) {
        List<Integer> counts = new ArrayList<>();
        List<BoundValue> values = new ArrayList<>();
        for (String parameter : sql.parameters()) {
            List<BoundValue> each = valuesOf.apply(parameter);
            counts.add(each.size());
            values.addAll(each);
        }
        return new BoundSql(sql.text(counts), values);
    }

    /** A forward-only statement that reads, with every value bound; the caller closes it. */
    public PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(text, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            bind(statement);
            return statement;
        } catch (SQLException | RuntimeException failed) {
            statement.close();
            throw failed;
        }
    }

    /** Binds every value. */
    public void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            values.get(i).bind(statement, i + 1);
        }
    }
}
