package io.sluice.siddhi.rdbms;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.event.ComplexEventChunk;
import io.siddhi.core.event.state.StateEvent;
import io.siddhi.core.event.stream.StreamEvent;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.DatabaseRuntimeException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.table.CompiledUpdateSet;
import io.siddhi.core.table.record.AbstractQueryableRecordTable;
import io.siddhi.core.table.record.ExpressionBuilder;
import io.siddhi.core.table.record.RecordIterator;
import io.siddhi.core.util.collection.AddingStreamEventExtractor;
import io.siddhi.core.util.collection.operator.CompiledCondition;
import io.siddhi.core.util.collection.operator.CompiledExpression;
import io.siddhi.core.util.collection.operator.CompiledSelection;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.TableDefinition;
import io.siddhi.query.api.execution.query.selection.OrderByAttribute;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.SharedResources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code @store(type='rdbms', …)}: a table of a relational database.
 *
 * <ol>
 *   <li>Building an app connects to nothing; {@link #connect()} finds the database's dialect and creates the table where it is absent.
 *   <li>A chunk of events is one transaction: all of it is stored or none.
 *   <li>While the database is away, Siddhi connects again and repeats what failed; the app waits. What was committed when the connection broke may
 *       come twice, unless the table has a primary key and the app updates or inserts.
 *   <li>What the database refuses is thrown to the query that asked for it, and goes where the stream's {@code @OnError} says; with
 *       {@code on.error='STORE'} Siddhi puts it into the error store. Either way it is counted. (Siddhi's own tables drop refused updates and
 *       deletes without a word: {@code Table.onUpdateError}.)
 * </ol>
 */
@Extension(
        name = "rdbms",
        namespace = "store",
        description = "Keeps the rows of a table in a relational database.",
        parameters = {
            @Parameter(
                    name = "jdbc.url",
                    description = "JDBC URL of the database.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "username",
                    description = "User of the database.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "password",
                    description = "Password of the user; may be empty.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "jdbc.driver.name",
                    description = "Class name of the JDBC driver.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "pool.properties",
                    description = "HikariCP properties, name:value,name:value.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "jndi.resource",
                    description = "JNDI name of a data source.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "datasource",
                    description = "Name of a data source of the configuration.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "table.name",
                    description = "Name of the table in the database, possibly with its schema.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "the id of the table definition"),
            @Parameter(
                    name = "field.length",
                    description = "Lengths of string columns, attribute:length,attribute:length.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "table.check.query",
                    description = "Statement that fails where the table is absent.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "that of the database"),
            @Parameter(
                    name = "use.collation",
                    description = "Gives string columns the case-sensitive collation of the database.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "allow.null.values",
                    description = "Stores and reads null for attributes that are no strings.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false")
        },
        examples =
                @Example(
                        syntax = "@store(type='rdbms', datasource='results') @PrimaryKey('id')"
                                + " define table Orders (id long, product string, amount double);",
                        description = "Keeps orders in table Orders of the data source 'results'."))
public final class RdbmsTable extends AbstractQueryableRecordTable {

    @SuppressWarnings("NullAway.Init") // Siddhi calls init first
    private RdbmsTableOptions options;

    @SuppressWarnings("NullAway.Init")
    private Dialects dialects;

    @SuppressWarnings("NullAway.Init")
    private ExtensionMeters meters;

    private @Nullable Pool pool; // guarded by this
    private SharedResources.@Nullable Lease<Turn> turn; // guarded by this
    private volatile @Nullable TableAccess access;

    @Override
    protected void init(TableDefinition definition, ConfigReader system) {
        options = RdbmsTableOptions.read(definition, system);
        dialects = new Dialects(system::readConfig);
        meters = ExtensionMeters.store(
                SharedResources.of(siddhiAppContext), siddhiAppContext.getName(), definition.getId(), "rdbms");
    }

    @Override
    protected synchronized void connect() throws ConnectionUnavailableException {
        String owner = "table '" + getTableDefinition().getId() + "'";
        Pool opened = pool;
        if (opened == null) {
            opened = Pool.open(options.pool(), siddhiAppContext, owner);
            pool = opened;
        }
        try (Connection connection = opened.source().getConnection()) {
            Dialect dialect = Schema.dialect(connection, dialects);
            SchemaStatements schema = new SchemaStatements(dialect, options.shape(), options.checkQuery());
            Schema.ensure(connection, schema, options.shape().table());
            if (turn == null) {
                String key = "rdbms:" + connection.getMetaData().getURL() + ":"
                        + options.shape().table();
                turn = SharedResources.of(siddhiAppContext).lease(key, Turn.class, Turn::new);
            }
            Database database = new Database(opened.source(), owner, dialect.flag("transactionSupported"));
            access = new TableAccess(database, new Statements(dialect, options.shape()));
        } catch (SQLException thrown) {
            meters.error();
            throw new Database(opened.source(), owner, false).failure("connect", thrown);
        } catch (IllegalArgumentException unsuitable) {
            throw new SiddhiAppRuntimeException(owner + ": " + unsuitable.getMessage(), unsuitable);
        }
    }

    @Override
    protected void add(List<Object[]> records) throws ConnectionUnavailableException {
        counted(records.size(), table -> {
            table.add(records);
            return true;
        });
    }

    @Override
    protected RecordIterator<@Nullable Object[]> find(Map<String, Object> variables, CompiledCondition condition)
            throws ConnectionUnavailableException {
        return new Rows(counted(0, table -> table.find((Fragment) condition, variables)));
    }

    @Override
    protected boolean contains(Map<String, Object> variables, CompiledCondition condition)
            throws ConnectionUnavailableException {
        return counted(0, table -> table.contains((Fragment) condition, variables));
    }

    @Override
    protected RecordIterator<@Nullable Object[]> query(
            Map<String, Object> variables,
            CompiledCondition condition,
            CompiledSelection selection,
            Attribute[] outputAttributes)
            throws ConnectionUnavailableException {
        return new Rows(counted(0, table -> table.query((Fragment) condition, (Selection) selection, variables)));
    }

    @Override
    protected void delete(List<Map<String, Object>> variables, CompiledCondition condition)
            throws ConnectionUnavailableException {
        counted(variables.size(), table -> {
            table.delete((Fragment) condition, variables);
            return true;
        });
    }

    @Override
    protected void update(
            CompiledCondition condition,
            List<Map<String, Object>> matched,
            Map<String, CompiledExpression> assignments,
            List<Map<String, Object>> assigned)
            throws ConnectionUnavailableException {
        counted(matched.size(), table -> {
            table.update(fragments(assignments), assigned, (Fragment) condition, matched);
            return true;
        });
    }

    @Override
    protected void updateOrAdd(
            CompiledCondition condition,
            List<Map<String, Object>> matched,
            Map<String, CompiledExpression> assignments,
            List<Map<String, Object>> assigned,
            List<Object[]> rows)
            throws ConnectionUnavailableException {
        Upsert.Request request =
                new Upsert.Request((Fragment) condition, matched, fragments(assignments), assigned, rows);
        counted(rows.size(), table -> {
            new Upsert(table, turn()).apply(request);
            return true;
        });
    }

    @Override
    protected CompiledCondition compileCondition(ExpressionBuilder expression) {
        return ConditionCompiler.compile(expression, this::column);
    }

    @Override
    protected CompiledExpression compileSetAttribute(ExpressionBuilder expression) {
        return ConditionCompiler.compile(expression, this::column);
    }

    @Override
    protected CompiledSelection compileSelection(
            List<SelectAttributeBuilder> attributes,
            @Nullable List<ExpressionBuilder> groupBy,
            @Nullable ExpressionBuilder having,
            @Nullable List<OrderByAttributeBuilder> orderBy,
            @Nullable Long limit,
            @Nullable Long offset) {
        List<Selection.Item> items = new ArrayList<>();
        for (SelectAttributeBuilder attribute : attributes) {
            Fragment value = ConditionCompiler.compile(attribute.getExpressionBuilder(), this::column);
            items.add(new Selection.Item(attribute.getRename(), value));
        }
        List<Fragment> groups = new ArrayList<>();
        for (ExpressionBuilder group : groupBy == null ? List.<ExpressionBuilder>of() : groupBy) {
            groups.add(ConditionCompiler.compile(group, this::column));
        }
        List<Selection.Order> orders = new ArrayList<>();
        for (OrderByAttributeBuilder order : orderBy == null ? List.<OrderByAttributeBuilder>of() : orderBy) {
            orders.add(new Selection.Order(
                    ConditionCompiler.compile(
                            order.getExpressionBuilder(), (name, type) -> selected(items, name, type)),
                    order.getOrder() == OrderByAttribute.Order.DESC));
        }
        Fragment condition =
                having == null ? null : ConditionCompiler.compile(having, (name, type) -> selected(items, name, type));
        return Selection.of(items, groups, condition, orders, limit, offset);
    }

    @Override
    protected void onDeleteError(ComplexEventChunk<StateEvent> events, CompiledCondition condition, Exception failure) {
        throwIfRefused(failure);
        super.onDeleteError(events, condition, failure);
    }

    @Override
    protected void onUpdateError(
            ComplexEventChunk<StateEvent> events,
            CompiledCondition condition,
            CompiledUpdateSet assignments,
            Exception failure) {
        throwIfRefused(failure);
        super.onUpdateError(events, condition, assignments, failure);
    }

    @Override
    protected void onUpdateOrAddError(
            ComplexEventChunk<StateEvent> events,
            CompiledCondition condition,
            CompiledUpdateSet assignments,
            AddingStreamEventExtractor extractor,
            Exception failure) {
        throwIfRefused(failure);
        super.onUpdateOrAddError(events, condition, assignments, extractor, failure);
    }

    @Override
    protected void onAddError(ComplexEventChunk<StreamEvent> events, Exception failure) {
        throwIfRefused(failure);
        super.onAddError(events, failure);
    }

    @Override
    protected void disconnect() {
        access = null;
    }

    @Override
    protected synchronized void destroy() {
        access = null;
        meters.close();
        if (turn != null) {
            turn.close();
            turn = null;
        }
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }

    private void throwIfRefused(Exception failure) {
        if (failure instanceof DatabaseRuntimeException refused && !options.keepsFailures()) {
            throw refused;
        }
    }

    private Fragment column(String name, Attribute.Type type) {
        return Fragment.column(options.shape().table(), name, type);
    }

    private Fragment selected(List<Selection.Item> items, String name, Attribute.Type type) {
        Selection.Item item = Selection.named(items, name);
        return item == null ? column(name, type) : item.value();
    }

    private static Map<String, Fragment> fragments(Map<String, CompiledExpression> assignments) {
        Map<String, Fragment> fragments = new LinkedHashMap<>();
        assignments.forEach((column, value) -> fragments.put(column, (Fragment) value));
        return fragments;
    }

    private synchronized Turn turn() throws ConnectionUnavailableException {
        if (turn == null) {
            throw new ConnectionUnavailableException(
                    "table '" + getTableDefinition().getId() + "' is closed");
        }
        return turn.get();
    }

    /** Work on the table while it is connected. */
    private interface Work<T> {
        T with(TableAccess table) throws ConnectionUnavailableException;
    }

    private <T> T counted(int events, Work<T> work) throws ConnectionUnavailableException {
        TableAccess table = access;
        if (table == null) {
            throw new ConnectionUnavailableException(
                    "table '" + getTableDefinition().getId() + "' is not connected");
        }
        try {
            T result = work.with(table);
            meters.count(events);
            return result;
        } catch (ConnectionUnavailableException | RuntimeException failed) {
            meters.error();
            throw failed;
        }
    }
}
