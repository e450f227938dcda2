package io.sluice.dataservice.service;

import io.sluice.common.NearestName;
import io.sluice.dataservice.definition.ColumnFile;
import io.sluice.dataservice.definition.ReadFile;
import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.ServiceFile;
import io.sluice.dataservice.reply.RowTree;
import io.sluice.dataservice.sql.BoundValue;
import io.sluice.dataservice.sql.Column;
import io.sluice.dataservice.sql.Cursors;
import io.sluice.dataservice.sql.Dialect;
import io.sluice.dataservice.sql.PageQuery;
import io.sluice.dataservice.sql.SortKey;
import io.sluice.dataservice.sql.SqlRefused;
import io.sluice.dataservice.sql.SqlText;
import io.sluice.dataservice.sql.Storage;
import io.sluice.dataservice.sql.ValueType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prepares one GET against its database and takes the columns from what the database says about them. */
final class ReadCompiler {

    /** Stands for values that are never bound: the statement is only prepared. */
    private static final BoundValue ANYTHING = new BoundValue(ValueType.STRING, Storage.NATIVE, false, null);

    private final ServiceFile service;
    private final ResourceFile resource;
    private final ReadFile file;
    private final Dialect dialect;
    private final Cursors cursors;
    private final Clock clock;

    ReadCompiler(ServiceFile service, ResourceFile resource, Dialect dialect, Cursors cursors, Clock clock) {
        this.service = service;
        this.resource = resource;
        this.file = Objects.requireNonNull(resource.get());
        this.dialect = dialect;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** The operation, or null if there are problems. */
    @Nullable
    ReadOperation compile(Connection connection, Consumer<DeployProblem> problems) throws SQLException {
        List<DeployProblem> found = new ArrayList<>();
        ReadOperation operation = null;
        try {
            operation = prepare(connection, found);
        } catch (SqlRefused refused) {
            found.add(new DeployProblem("sql", String.valueOf(refused.getMessage())));
        } catch (SQLException refused) {
            if (DatabaseProblem.unavailable(refused)) {
                throw refused;
            }
            found.add(new DeployProblem("sql", "the database does not take it: " + firstLine(refused)));
        }
        found.forEach(problems);
        return found.isEmpty() ? operation : null;
    }

    /** For the author, who may see SQL; never for a client. */
    static String firstLine(SQLException refused) {
        return String.valueOf(refused.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private ReadOperation prepare(Connection connection, List<DeployProblem> found) throws SqlRefused, SQLException {
        SqlText sql = SqlText.parse(dialect.choose(file.sql(), file.dialects()));
        String rowsText = ResourceCheck.access(service, resource).rows();
        SqlText rows = rowsText.isEmpty() ? null : SqlText.parse(rowsText);
        List<Column> columns = describe(connection, sql, found);
        List<SortKey> order = order(columns, found);
        checkNames(columns, found);
        Column key = streamKey(columns, found);
        Column time = streamTime(columns, found);
        if (found.isEmpty()) {
            prepareWrapped(connection, sql, rows, columns, order);
        }
        return new ReadOperation(
                "/" + service.service() + resource.path(),
                file,
                service.limits(),
                dialect,
                sql,
                rows,
                columns,
                order,
                key,
                time,
                new Parameters(file.params(), clock),
                cursors);
    }

    private List<Column> describe(Connection connection, SqlText sql, List<DeployProblem> found) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            ResultSetMetaData described = statement.getMetaData();
            List<Column> columns = new ArrayList<>();
            if (described == null) {
                found.add(new DeployProblem("sql", "gives no rows, says the database"));
                return columns;
            }
            for (int i = 1; i <= described.getColumnCount(); i++) {
                columns.add(column(described, i));
            }
            return columns;
        }
    }

    private Column column(ResultSetMetaData described, int index) throws SQLException {
        String label = described.getColumnLabel(index);
        String typeName = described.getColumnTypeName(index);
        int jdbcType = described.getColumnType(index);
        boolean folded = label.equals(label.toUpperCase(Locale.ROOT));
        String key = folded ? label.toLowerCase(Locale.ROOT) : label;
        Optional<Map.Entry<String, ColumnFile>> written = file.columns().entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(label))
                .findFirst();
        ColumnFile rules = written.map(Map.Entry::getValue).orElse(null);
        String name = written.map(Map.Entry::getKey).orElse(key);
        boolean zoned = jdbcType == Types.TIMESTAMP_WITH_TIMEZONE || typeName.equalsIgnoreCase("timestamptz");
        boolean nullable = described.isNullable(index) != ResultSetMetaData.columnNoNulls;
        ValueType type = ValueType.of(jdbcType, typeName);
        if (rules == null) {
            return new Column(
                    label,
                    name,
                    List.of(name),
                    type,
                    Storage.NATIVE,
                    zoned,
                    nullable,
                    false,
                    List.of(),
                    file.listedOnly());
        }
        return new Column(
                label,
                name,
                List.of((rules.name() == null ? name : rules.name()).split("\\.")),
                rules.type() == null ? type : rules.type(),
                rules.storedAs(),
                zoned,
                nullable && !rules.notNull(),
                rules.as() == ColumnFile.As.STRING,
                rules.roles(),
                rules.hidden());
    }

    private List<SortKey> order(List<Column> columns, List<DeployProblem> found) {
        List<SortKey> order = new ArrayList<>();
        for (String text : file.sort().byDefault()) {
            boolean descending = text.endsWith(".desc");
            Column column = sortable(text.replaceFirst("\\.(asc|desc)$", ""), "sort.default", columns, found);
            if (column != null) {
                order.add(new SortKey(column, descending));
                if (!column.roles().isEmpty()) {
                    found.add(new DeployProblem(
                            "sort.default", "'" + column.key() + "' needs a role, so that not everybody had an order"));
                }
            }
        }
        for (String name : file.sort().allow()) {
            sortable(name, "sort.allow", columns, found);
        }
        return order;
    }

    private static @Nullable Column sortable(String name, String key, List<Column> columns, List<DeployProblem> found) {
        Column column = find(name, columns).orElse(null);
        if (column == null) {
            found.add(new DeployProblem(key, unknown(name, columns)));
        } else if (column.nullable()) {
            found.add(new DeployProblem(
                    key,
                    "'" + name
                            + "' may be NULL, and such rows would be on no page. Declare it NOT NULL in the table, or, where the"
                            + " SQL makes sure of it, write 'columns: {" + name + ": {not-null: true}}'."));
        } else if (column.hidden()) {
            found.add(new DeployProblem(key, "'" + name + "' is hidden, but a cursor shows it"));
        }
        return column;
    }

    private @Nullable Column streamKey(List<Column> columns, List<DeployProblem> found) {
        if (file.stream() == null) {
            return null;
        }
        Column key = sortable(file.stream().by(), "stream.by", columns, found);
        if (key != null && (key.type() != ValueType.INT && key.type() != ValueType.LONG)) {
            found.add(new DeployProblem("stream.by", "'" + key.key() + "' is no whole number"));
        } else if (key != null && !key.roles().isEmpty()) {
            found.add(new DeployProblem("stream.by", "'" + key.key() + "' needs a role, but a cursor shows it"));
        }
        return key;
    }

    private @Nullable Column streamTime(List<Column> columns, List<DeployProblem> found) {
        String name = file.stream() == null ? null : file.stream().at();
        if (name == null) {
            return null;
        }
        Column time = find(name, columns).orElse(null);
        if (time == null) {
            found.add(new DeployProblem("stream.at", unknown(name, columns)));
        } else if (time.type() != ValueType.TIMESTAMP
                || time.hidden()
                || !time.roles().isEmpty()) {
            found.add(new DeployProblem("stream.at", "'" + name + "' is no timestamp that everybody sees"));
        }
        return time;
    }

    private static Optional<Column> find(String name, List<Column> columns) {
        return columns.stream().filter(each -> each.key().equals(name)).findFirst();
    }

    private static String unknown(String name, List<Column> columns) {
        List<String> keys = columns.stream().map(Column::key).toList();
        return "'" + name + "' is no column of the result."
                + NearestName.of(name, keys)
                        .map(each -> " Did you mean '" + each + "'?")
                        .orElse(" Columns: " + keys + ".");
    }

    private void checkNames(List<Column> columns, List<DeployProblem> found) {
        for (String name : file.filter()) {
            Column column = find(name, columns).orElse(null);
            if (column == null) {
                found.add(new DeployProblem("filter", unknown(name, columns)));
            } else if (column.hidden()) {
                found.add(new DeployProblem("filter", "'" + name + "' is hidden; filters would tell what it holds"));
            } else if (ResourceCheck.RESERVED.contains(name)) {
                found.add(new DeployProblem(
                        "filter", "'" + name + "' is a name the service itself uses; rename the column with AS"));
            }
        }
        for (String name : file.columns().keySet()) {
            if (columns.stream().noneMatch(each -> each.label().equalsIgnoreCase(name))) {
                found.add(new DeployProblem("columns." + name, unknown(name, columns)));
            }
        }
        List<Column> shown = columns.stream().filter(column -> !column.hidden()).toList();
        try {
            new RowTree(shown);
        } catch (IllegalArgumentException clash) {
            found.add(new DeployProblem("columns", String.valueOf(clash.getMessage())));
        }
    }

    /** As a derived table too, since filters and later pages need that form. */
    private void prepareWrapped(
            Connection connection, SqlText sql, @Nullable SqlText rows, List<Column> columns, List<SortKey> order)
            throws SQLException {
        PageQuery query = new PageQuery(dialect, sql, rows, columns, false, List.of(), order, List.of(), 1);
        String text = query.page(name -> List.of(ANYTHING)).text();
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.getMetaData();
        }
    }
}
