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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code rdbms:query(datasource.name, attribute.definition.list, query [, parameter…] [, ack.empty.result.set])}: one event per row found, with the
 * columns added by position. An event that finds nothing is dropped, or goes on with nulls if the last argument is true.
 */
@Extension(
        name = "query",
        namespace = "rdbms",
        description = "Looks rows up with a statement of the app.",
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
                    name = "ack.empty.result.set",
                    description = "Whether an event that finds nothing goes on with nulls.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false")
        },
        parameterOverloads = {
            @ParameterOverload(parameterNames = {"datasource.name", "attribute.definition.list", "query"}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "attribute.definition.list", "query", "ack.empty.result.set"}),
            @ParameterOverload(parameterNames = {"datasource.name", "attribute.definition.list", "query", "parameter"}),
            @ParameterOverload(
                    parameterNames = {"datasource.name", "attribute.definition.list", "query", "parameter", "..."}),
            @ParameterOverload(
                    parameterNames = {
                        "datasource.name",
                        "attribute.definition.list",
                        "query",
                        "parameter",
                        "...",
                        "ack.empty.result.set"
                    })
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
                        syntax = "from In#rdbms:query('results', 'total double',"
                                + " 'SELECT SUM(amount) FROM Orders WHERE product = ?', product)"
                                + " select product, total insert into Out;",
                        description = "Adds the total of the product to each event."))
public final class QueryProcessor extends DatabaseFunction {

    @SuppressWarnings("NullAway.Init") // Siddhi calls init first
    private ExpressionExecutor query;

    @SuppressWarnings("NullAway.Init")
    private List<ExpressionExecutor> parameters;

    @SuppressWarnings("NullAway.Init")
    private List<Attribute> attributes;

    private boolean keepsEmpty;

    @Override
    String name() {
        return "rdbms:query";
    }

    @Override
    void read(Arguments given, ConfigReader system) {
        given.dataSource();
        attributes = given.attributes(1);
        query = given.get(2);
        int marks = given.isConstant(2) ? Arguments.marks(given.text(2, "query")) : 0;
        int extra = given.count() - 3 - marks;
        if (extra < 0 || extra > 1) {
            throw given.refused("the statement has " + marks + " '?', but " + (given.count() - 3)
                    + " parameters are given; a statement that is an attribute may have none");
        }
        parameters = List.copyOf(given.between(3, 3 + marks));
        if (extra == 1) {
            keepsEmpty = given.flag(given.count() - 1, "ack.empty.result.set");
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
        replace(events, cloner, populater, event -> {
            List<@Nullable Object[]> rows = Patience.real()
                    .repeat(() -> open.run("query", connection -> {
                        try (PreparedStatement statement =
                                connection.prepareStatement(String.valueOf(query.execute(event)))) {
                            bind(statement, 1, parameters, event);
                            try (ResultSet found = statement.executeQuery()) {
                                return rows(found, attributes);
                            }
                        }
                    }));
            return rows.isEmpty() && keepsEmpty ? nothing() : rows;
        });
    }

    private List<@Nullable Object[]> nothing() {
        List<@Nullable Object[]> one = new ArrayList<>();
        one.add(new @Nullable Object[attributes.size()]);
        return one;
    }

    /** All rows, read by position. */
    static List<@Nullable Object[]> rows(ResultSet found, List<Attribute> attributes) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        while (found.next()) {
            @Nullable Object[] row = new @Nullable Object[attributes.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = Values.read(found, i + 1, attributes.get(i).getType(), true);
            }
            rows.add(row);
        }
        return rows;
    }
}
