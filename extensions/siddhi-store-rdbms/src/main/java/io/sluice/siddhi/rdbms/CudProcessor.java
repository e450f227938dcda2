package io.sluice.siddhi.rdbms;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.ParameterOverload;
import io.siddhi.annotation.ReturnAttribute;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.event.ComplexEventChunk;
import io.siddhi.core.event.stream.StreamEvent;
import io.siddhi.core.event.stream.StreamEventCloner;
import io.siddhi.core.event.stream.populater.ComplexEventPopulater;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.exception.SiddhiAppValidationException;
import io.sluice.siddhi.kit.SharedResources;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code rdbms:cud(datasource.name, query [, parameter…] [, transaction.correlation.id])}: inserts, updates or deletes, one JDBC batch and one
 * transaction per chunk of events; adds {@code numRecords} to each event.
 *
 * <p>Off unless the system key {@code perform.CUD.operations} is {@code true}: a statement in an app may change any table its data source may. Statements
 * with DROP or ALTER in them are refused always.
 */
@Extension(
        name = "cud",
        namespace = "rdbms",
        description = "Inserts, updates or deletes rows with a statement of the app.",
        parameters = {
            @Parameter(
                    name = "datasource.name",
                    description = "Name of a data source of the configuration.",
                    type = DataType.STRING),
            @Parameter(
                    name = "query",
                    description = "The statement, with a ? for each parameter.",
                    type = DataType.STRING,
                    dynamic = true),
            @Parameter(
                    name = "parameter",
                    description = "What is bound to each ?.",
                    type = {DataType.STRING, DataType.BOOL, DataType.INT, DataType.DOUBLE, DataType.FLOAT, DataType.LONG
                    },
                    dynamic = true,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "transaction.correlation.id",
                    description = "A transaction that several queries share until one of them says commit or rollback.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none")
        },
        parameterOverloads = {
            @ParameterOverload(parameterNames = {"datasource.name", "query"}),
            @ParameterOverload(parameterNames = {"datasource.name", "query", "parameter"}),
            @ParameterOverload(parameterNames = {"datasource.name", "query", "parameter", "..."}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "query", "parameter", "transaction.correlation.id"}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "query", "parameter", "...", "transaction.correlation.id"})
        },
        returnAttributes =
                @ReturnAttribute(
                        name = "numRecords",
                        description = "How many rows the statement touched.",
                        type = DataType.INT),
        examples =
                @Example(
                        syntax = "from In#rdbms:cud('results', 'DELETE FROM Orders WHERE id = ?', id)"
                                + " select numRecords insert into Out;",
                        description = "Deletes one order per event."))
public final class CudProcessor extends DatabaseFunction {

    private static final String SWITCH = "perform.CUD.operations";

    @SuppressWarnings("NullAway.Init") // Siddhi calls init first
    private ExpressionExecutor query;

    @SuppressWarnings("NullAway.Init")
    private List<ExpressionExecutor> parameters;

    private @Nullable String transaction;
    private boolean allowsNull;
    private SharedResources.@Nullable Lease<Transactions> transactions; // between start and stop

    @Override
    String name() {
        return "rdbms:cud";
    }

    @Override
    void read(Arguments given, ConfigReader system) {
        if (!"true".equalsIgnoreCase(system.readConfig(SWITCH, "false"))) {
            throw given.refused("changing rows is switched off; set the system key '" + SWITCH
                    + "' of extension 'cud' in namespace 'rdbms' to true if apps may do so");
        }
        allowsNull = "true".equalsIgnoreCase(system.readConfig("allow.null.params.with.CUD", "false"));
        given.dataSource();
        query = given.get(1);
        int marks = 0;
        if (given.isConstant(1)) {
            String sql = given.text(1, "query");
            check(sql);
            marks = Arguments.marks(sql);
        }
        int extra = given.count() - 2 - marks;
        if (extra < 0 || extra > 1) {
            throw given.refused("the statement has " + marks + " '?', but " + (given.count() - 2)
                    + " parameters are given; a statement that is an attribute may have none");
        }
        parameters = List.copyOf(given.between(2, 2 + marks));
        transaction = extra == 1 ? given.text(given.count() - 1, "transaction.correlation.id") : null;
    }

    @Override
    public List<Attribute> getReturnAttributes() {
        return List.of(new Attribute("numRecords", Attribute.Type.INT));
    }

    @Override
    public void start() {
        super.start();
        if (transaction != null) {
            String key = "rdbms:transactions:" + app().getName() + ":" + owner();
            transactions = SharedResources.of(app()).lease(key, Transactions.class, Transactions::new);
        }
    }

    @Override
    public void stop() {
        super.stop();
        if (transactions != null) {
            transactions.close();
            transactions = null;
        }
    }

    @Override
    void process(
            Database open,
            ComplexEventChunk<StreamEvent> events,
            StreamEventCloner cloner,
            ComplexEventPopulater populater) {
        Map<String, List<StreamEvent>> byStatement = new LinkedHashMap<>();
        events.reset();
        while (events.hasNext()) {
            StreamEvent event = events.next();
            String sql = String.valueOf(query.execute(event));
            check(sql);
            requireParameters(event);
            byStatement.computeIfAbsent(sql, unused -> new ArrayList<>()).add(event);
        }
        byStatement.forEach((sql, same) -> {
            int[] touched = Patience.real().repeat(() -> execute(open, sql, same));
            for (int i = 0; i < same.size(); i++) {
                populater.populateComplexEvent(same.get(i), new Object[] {touched[i]});
            }
            count(same.size());
        });
        events.reset();
    }

    private int[] execute(Database open, String sql, List<StreamEvent> events) throws ConnectionUnavailableException {
        SharedResources.Lease<Transactions> shared = transactions;
        if (transaction == null || shared == null) {
            return open.transact("statement", connection -> batch(connection, sql, events));
        }
        String word = sql.strip().toLowerCase(Locale.ROOT);
        try {
            if (word.equals("commit") || word.equals("rollback")) {
                shared.get().end(transaction, word.equals("commit"));
                return new int[events.size()];
            }
            return shared.get().with(transaction, open.source(), connection -> batch(connection, sql, events));
        } catch (SQLException thrown) {
            throw open.failure("statement of transaction '" + transaction + "'", thrown);
        }
    }

    private int[] batch(Connection connection, String sql, List<StreamEvent> events) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (StreamEvent event : events) {
                bind(statement, 1, parameters, event);
                statement.addBatch();
            }
            return Arrays.stream(statement.executeBatch())
                    .map(touched -> Math.max(0, touched)) // SUCCESS_NO_INFO: done, but not counted
                    .toArray();
        }
    }

    private void requireParameters(StreamEvent event) {
        for (int i = 0; i < parameters.size() && !allowsNull; i++) {
            if (parameters.get(i).execute(event) == null) {
                throw new SiddhiAppValidationException(name() + ": parameter " + (i + 1)
                        + " is null; set the system key 'allow.null.params.with.CUD' to true to bind nulls");
            }
        }
    }

    private void check(String sql) {
        String upper = sql.toUpperCase(Locale.ROOT);
        if (upper.contains("DROP") || upper.contains("ALTER")) {
            throw new SiddhiAppValidationException(name() + ": a statement with DROP or ALTER in it is refused");
        }
    }
}
