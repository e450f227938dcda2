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
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.query.api.definition.Attribute;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code rdbms:procedure(datasource.name, attribute.definition.list, query [, output.parameter] [, parameter…])}: calls a stored procedure of Oracle.
 * With an output parameter, which is the first {@code ?}, one event per row of the cursor or one event with the value.
 *
 * <p>The system key named after the data source must say {@code oracle}.
 */
@Extension(
        name = "procedure",
        namespace = "rdbms",
        description = "Calls a stored procedure of Oracle.",
        parameters = {
            @Parameter(
                    name = "datasource.name",
                    description = "Name of a data source of the configuration.",
                    type = DataType.STRING),
            @Parameter(
                    name = "attribute.definition.list",
                    description = "What the columns become: name type, name type.",
                    type = DataType.STRING),
            @Parameter(
                    name = "query",
                    description = "The call, with a ? for the output parameter and each parameter.",
                    type = DataType.STRING),
            @Parameter(
                    name = "output.parameter",
                    description = "varchar, cursor, number, boolean or double.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "parameter",
                    description = "What is bound to each ? after the output parameter.",
                    type = {DataType.STRING, DataType.BOOL, DataType.INT, DataType.DOUBLE, DataType.FLOAT, DataType.LONG
                    },
                    dynamic = true,
                    optional = true,
                    defaultValue = "none")
        },
        parameterOverloads = {
            @ParameterOverload(parameterNames = {"datasource.name", "attribute.definition.list", "query"}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "attribute.definition.list", "query", "output.parameter"}),
            @ParameterOverload(parameterNames = {"datasource.name", "attribute.definition.list", "query", "parameter"}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "attribute.definition.list", "query", "parameter", "..."})
        },
        returnAttributes =
                @ReturnAttribute(
                        name = "attributeName",
                        description = "Those of attribute.definition.list.",
                        type = {
                            DataType.STRING,
                            DataType.BOOL,
                            DataType.INT,
                            DataType.DOUBLE,
                            DataType.FLOAT,
                            DataType.LONG
                        }),
        examples =
                @Example(
                        syntax = "from In#rdbms:procedure('results', 'total double', '{? = call TOTAL(?)}', 'double',"
                                + " product) select product, total insert into Out;",
                        description = "Adds what the function TOTAL returns to each event."))
public final class ProcedureProcessor extends DatabaseFunction {

    /** {@code OracleTypes.CURSOR}, as the driver documents it. */
    private static final int ORACLE_CURSOR = -10;

    private static final Map<String, Integer> OUTPUTS = Map.of(
            "varchar", Types.VARCHAR,
            "cursor", ORACLE_CURSOR,
            "number", Types.NUMERIC,
            "boolean", Types.BOOLEAN,
            "double", Types.DOUBLE);

    private String call = "";

    @SuppressWarnings("NullAway.Init") // Siddhi calls init first
    private List<ExpressionExecutor> parameters;

    @SuppressWarnings("NullAway.Init")
    private List<Attribute> attributes;

    private @Nullable String output;

    @Override
    String name() {
        return "rdbms:procedure";
    }

    @Override
    void read(Arguments given, ConfigReader system) {
        String vendor = system.readConfig(given.dataSource(), "");
        if (!"oracle".equalsIgnoreCase(vendor)) {
            throw given.refused("procedures are called on Oracle only; set the system key '" + given.dataSource()
                    + "' of extension 'procedure' in namespace 'rdbms' to oracle");
        }
        attributes = given.attributes(1);
        call = given.text(2, "query");
        int next = 3;
        if (given.count() > next && given.isText(next)) {
            String word = given.text(next, "output.parameter");
            if (OUTPUTS.containsKey(word)) {
                output = word;
                next++;
            }
        }
        parameters = List.copyOf(given.between(next, given.count()));
        int wanted = Arguments.marks(call);
        int present = parameters.size() + (output == null ? 0 : 1);
        if (wanted != present) {
            throw given.refused("the call has " + wanted + " '?', but " + present + " parameters are given");
        }
    }

    @Override
    public List<Attribute> getReturnAttributes() {
        return attributes;
    }

    @Override
    void process(
            Database open,
            ComplexEventChunk<StreamEvent> events,
            StreamEventCloner cloner,
            ComplexEventPopulater populater) {
        replace(
                events,
                cloner,
                populater,
                event -> Patience.real().repeat(() -> open.transact("call", connection -> execute(connection, event))));
    }

    private List<@Nullable Object[]> execute(Connection connection, StreamEvent event) throws SQLException {
        try (CallableStatement statement = connection.prepareCall(call)) {
            int first = 1;
            if (output != null) {
                statement.registerOutParameter(first++, OUTPUTS.getOrDefault(output, Types.VARCHAR));
            }
            bind(statement, first, parameters, event);
            statement.execute();
            if ("cursor".equals(output)) {
                try (ResultSet found = (ResultSet) statement.getObject(1)) {
                    return QueryProcessor.rows(found, attributes);
                }
            }
            @Nullable Object[] row = new @Nullable Object[attributes.size()];
            if (output != null) {
                row[0] = value(statement);
            }
            List<@Nullable Object[]> one = new ArrayList<>();
            one.add(row);
            return one;
        }
    }

    private @Nullable Object value(CallableStatement statement) throws SQLException {
        Object value = switch (attributes.get(0).getType()) {
            case INT -> statement.getInt(1);
            case LONG -> statement.getLong(1);
            case FLOAT -> statement.getFloat(1);
            case DOUBLE -> statement.getDouble(1);
            case BOOL -> statement.getBoolean(1);
            default -> statement.getString(1);
        };
        return statement.wasNull() ? null : value;
    }
}
