package io.sluice.siddhi.rdbms;

import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.annotation.Element;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.StreamDefinition;
import io.siddhi.query.api.definition.TableDefinition;
import io.sluice.siddhi.kit.NearestName;
import io.sluice.siddhi.kit.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The options of one {@code @store(type='rdbms', …)} with the table it declares.
 *
 * @param pool where connections come from
 * @param shape the table
 * @param checkQuery the app's own check whether the table exists
 * @param keepsFailures whether {@code on.error='STORE'}: Siddhi puts what fails into the error store
 */
record RdbmsTableOptions(
        PoolOptions pool, TableShape shape, @Nullable String checkQuery, boolean keepsFailures) {

    private static final String SHARD = "SHARD_ID";

    /**
     * Reads and checks.
     *
     * @throws io.siddhi.core.exception.SiddhiAppCreationException listing all problems
     */
    static RdbmsTableOptions read(TableDefinition definition, ConfigReader system) {
        String id = definition.getId();
        Map<String, String> given = new HashMap<>();
        for (Annotation annotation : definition.getAnnotations()) {
            if (annotation.getName().equalsIgnoreCase("store")) {
                annotation.getElements().forEach(element -> given.put(element.getKey(), element.getValue()));
            }
        }
        OptionHolder holder = new OptionHolder(
                StreamDefinition.id(id),
                given,
                Map.of(),
                RdbmsTable.class.getAnnotation(io.siddhi.annotation.Extension.class));
        Options options = new Options(holder, system, RdbmsTable.class, "store 'rdbms' of table '" + id + "'");
        Map<String, Integer> lengths = lengths(options);
        TableShape shape = new TableShape(
                table(options, id),
                columns(definition, lengths, options),
                columnsOf(definition, "PrimaryKey", options).stream()
                        .flatMap(List::stream)
                        .toList(),
                columnsOf(definition, "Index", options),
                options.flag("use.collation", false),
                options.flag("allow.null.values", false));
        RdbmsTableOptions read = new RdbmsTableOptions(
                PoolOptions.read(options),
                shape,
                options.textOrNull("table.check.query"),
                "STORE".equals(given.get("on.error")));
        options.verify();
        return read;
    }

    private static String table(Options options, String id) {
        String table = options.text("table.name", id).trim();
        if (!Identifiers.isTable(table)) {
            options.problem(
                    "table name '" + table
                            + "' may hold letters, digits, underscores and dots only, because names are not quoted; set table.name");
        }
        return table;
    }

    private static List<TableShape.Column> columns(
            TableDefinition definition, Map<String, Integer> lengths, Options options) {
        List<TableShape.Column> columns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Attribute attribute : definition.getAttributeList()) {
            String name = attribute.getName();
            names.add(name);
            if (!Identifiers.isColumn(name)) {
                options.problem("attribute '" + name
                        + "' may hold letters, digits and underscores only, because column names are not quoted");
            }
            Integer length = lengths.get(name);
            columns.add(new TableShape.Column(
                    name, attribute.getType(), length == null ? OptionalInt.empty() : OptionalInt.of(length)));
        }
        for (String name : lengths.keySet()) {
            if (!names.contains(name) && !name.equals(SHARD)) {
                options.problem("option 'field.length' names '" + name + "', but the table has no such attribute"
                        + NearestName.suggestion(name, names));
            }
        }
        return List.copyOf(columns);
    }

    private static Map<String, Integer> lengths(Options options) {
        Map<String, Integer> lengths = new HashMap<>();
        for (Map.Entry<String, String> pair :
                PoolOptions.pairs("field.length", options).entrySet()) {
            try {
                int length = Integer.parseInt(pair.getValue());
                if (length < 1) {
                    throw new NumberFormatException();
                }
                lengths.put(pair.getKey(), length);
            } catch (NumberFormatException notALength) {
                options.problem("option 'field.length' gives '" + pair.getKey() + "' the length '" + pair.getValue()
                        + "', but must be a whole number from 1");
            }
        }
        return lengths;
    }

    /** One list per annotation of that name; each must name attributes of the table. */
    private static List<List<String>> columnsOf(TableDefinition definition, String name, Options options) {
        List<String> known =
                definition.getAttributeList().stream().map(Attribute::getName).toList();
        List<List<String>> all = new ArrayList<>();
        for (Annotation annotation : definition.getAnnotations()) {
            if (!annotation.getName().equalsIgnoreCase(name)) {
                continue;
            }
            List<String> columns = annotation.getElements().stream()
                    .map(Element::getValue)
                    .map(String::trim)
                    .toList();
            if (columns.isEmpty() || columns.contains("")) {
                options.problem("@" + name + " must name at least one attribute");
            }
            for (String column : columns) {
                if (!column.isEmpty() && !known.contains(column)) {
                    options.problem("@" + name + " names '" + column + "', but the table has no such attribute"
                            + NearestName.suggestion(column, known));
                }
            }
            all.add(columns);
        }
        return List.copyOf(all);
    }
}
