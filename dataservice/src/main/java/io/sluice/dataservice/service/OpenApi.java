package io.sluice.dataservice.service;

import io.sluice.common.Problem;
import io.sluice.dataservice.definition.AggregationFile;
import io.sluice.dataservice.definition.ParameterFile;
import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.definition.WriteFile;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.sql.Column;
import io.sluice.dataservice.sql.ValueType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Describes a service as OpenAPI 3.1: parameters from its file, result columns from the database's own metadata. */
final class OpenApi {

    private static final String JSON = "application/json";

    private OpenApi() {}

    /** The document; paths are relative to the service, so that it holds behind any gateway. */
    static JsonObject describe(DeployedService service) {
        JsonObject paths = new JsonObject();
        for (DeployedResource resource : service.resources()) {
            JsonObject verbs = new JsonObject();
            ReadOperation read = resource.read();
            if (read != null) {
                verbs.put("get", read(resource, read));
            }
            AggregationRead aggregation = resource.aggregation();
            if (aggregation != null) {
                verbs.put("get", aggregation(resource, aggregation.file()));
            }
            resource.writes().forEach((verb, writer) -> verbs.put(verb.key(), write(resource, verb, writer.file())));
            paths.put(resource.file().path(), verbs);
        }
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", service.file().service())
                                .put("description", service.file().description())
                                .put("version", "1"))
                .put("servers", new JsonArray().add(new JsonObject().put("url", ".")))
                .put("paths", paths)
                .put("components", new JsonObject().put("schemas", new JsonObject().put("Problem", problem())));
    }

    private static JsonObject read(DeployedResource resource, ReadOperation read) {
        JsonArray parameters = new JsonArray();
        read.file().params().forEach((name, file) -> parameters.add(parameter(name, place(name, resource), file)));
        for (String name : read.file().filter()) {
            parameters.add(query(
                    name, "Filter, for example 'gte.10': eq, neq, lt, lte, gt, gte, in.(a,b), is.null, is.notnull."));
        }
        if (!read.file().single()) {
            parameters.add(query("limit", "Most rows of the reply."));
        }
        if (!read.order().isEmpty()) {
            parameters.add(query("cursor", "Where to go on; follow 'next' of a reply."));
        }
        if (!read.file().sort().allow().isEmpty()) {
            parameters.add(query(
                    "sort",
                    "Columns, with '.desc' for descending: "
                            + read.file().sort().allow() + "."));
        }
        JsonObject row = row(read.columns());
        JsonObject page = new JsonObject()
                .put("type", "object")
                .put("required", new JsonArray().add("data").add("next"))
                .put(
                        "properties",
                        new JsonObject()
                                .put(
                                        "data",
                                        new JsonObject().put("type", "array").put("items", row))
                                .put("count", new JsonObject().put("type", "integer"))
                                .put(
                                        "next",
                                        new JsonObject()
                                                .put(
                                                        "type",
                                                        new JsonArray()
                                                                .add("string")
                                                                .add("null"))));
        JsonObject content = new JsonObject().put(JSON, schema(read.file().single() ? row : page));
        if (!read.file().single()) {
            content.put(MediaType.NDJSON.range(), schema(row));
            if (read.streamKey() != null) {
                parameters.add(query("follow", "With NDJSON: 'true' gives the rows there are, then those that come."));
                content.put(MediaType.SSE.range(), schema(new JsonObject().put("type", "string")));
            }
            content.put(MediaType.CSV.range(), schema(new JsonObject().put("type", "string")));
        }
        JsonObject responses = failures()
                .put("200", new JsonObject().put("description", "Rows").put("content", content));
        return operation(resource, Verb.GET, read.file().summary(), parameters).put("responses", responses);
    }

    private static JsonObject aggregation(DeployedResource resource, AggregationFile file) {
        JsonArray parameters = new JsonArray();
        file.group().forEach((name, rules) -> {
            String place = place(name, resource);
            parameters.add(parameter(name, place, rules).put("required", place.equals("path")));
        });
        JsonObject row = object();
        JsonObject properties = row.getJsonObject("properties");
        for (String name : List.of("from", "to")) {
            parameters.add(query(name, "Time, 'from' inclusive, 'to' exclusive.")
                    .put("schema", typed(ValueType.TIMESTAMP, false)));
        }
        JsonArray sizes = new JsonArray();
        file.per().forEach(each -> sizes.add(each.name().toLowerCase(Locale.ROOT)));
        parameters.add(query("per", "Size of the buckets.")
                .put("schema", new JsonObject().put("type", "string").put("enum", sizes)));
        properties.put("bucketStart", typed(ValueType.TIMESTAMP, false));
        properties.put("bucketEnd", typed(ValueType.TIMESTAMP, false));
        properties.put("complete", typed(ValueType.BOOLEAN, false));
        file.group().forEach((name, rules) -> properties.put(name, nullable(typed(rules.type(), false))));
        file.values().forEach((name, type) -> properties.put(name, nullable(typed(type, false))));
        JsonObject page = object();
        page.getJsonObject("properties")
                .put("data", new JsonObject().put("type", "array").put("items", row))
                .put("next", new JsonObject().put("type", "null"));
        JsonObject content = new JsonObject().put(JSON, schema(page)).put(MediaType.NDJSON.range(), schema(row));
        JsonObject responses = failures()
                .put("200", new JsonObject().put("description", "Buckets").put("content", content));
        return operation(resource, Verb.GET, file.summary(), parameters).put("responses", responses);
    }

    private static JsonObject nullable(JsonObject schema) {
        return schema.put("type", new JsonArray().add(schema.getString("type")).add("null"));
    }

    private static JsonObject write(DeployedResource resource, Verb verb, WriteFile file) {
        JsonArray parameters = new JsonArray();
        JsonObject properties = new JsonObject();
        JsonArray required = new JsonArray();
        file.params().forEach((name, rules) -> {
            if (place(name, resource).equals("path")) {
                parameters.add(parameter(name, "path", rules));
                return;
            }
            properties.put(name, schema(rules));
            if (rules.byDefault() == null) {
                required.add(name);
            }
        });
        JsonObject body = new JsonObject()
                .put("type", "object")
                .put("properties", properties)
                .put("additionalProperties", false);
        if (!required.isEmpty()) {
            body.put("required", required);
        }
        JsonObject list = new JsonObject().put("type", "array").put("items", body);
        JsonObject whole = file.batch()
                ? new JsonObject().put("oneOf", new JsonArray().add(body).add(list))
                : body;
        JsonObject responses =
                failures().put(verb == Verb.POST ? "201" : "204", new JsonObject().put("description", "Done"));
        JsonObject operation =
                operation(resource, verb, file.summary(), parameters).put("responses", responses);
        return properties.isEmpty()
                ? operation
                : operation.put(
                        "requestBody",
                        new JsonObject()
                                .put("required", true)
                                .put("content", new JsonObject().put(JSON, schema(whole))));
    }

    private static JsonObject operation(DeployedResource resource, Verb verb, String summary, JsonArray parameters) {
        String id = verb.key() + resource.file().path().replaceAll("[^A-Za-z0-9]+", "_");
        JsonObject operation = new JsonObject().put("operationId", id).put("parameters", parameters);
        if (!summary.isEmpty()) {
            operation.put("summary", summary);
        }
        List<String> scopes = resource.scopes(verb);
        return scopes.isEmpty() ? operation : operation.put("x-scopes", new JsonArray(scopes));
    }

    private static String place(String name, DeployedResource resource) {
        return resource.file().segments().stream().anyMatch(segment -> name.equals(ResourceFile.variable(segment)))
                ? "path"
                : "query";
    }

    private static JsonObject parameter(String name, String place, ParameterFile file) {
        JsonObject schema = schema(file);
        return new JsonObject()
                .put("name", name)
                .put("in", place)
                .put("required", place.equals("path") || file.byDefault() == null)
                .put("description", file.doc())
                .put(
                        "schema",
                        file.list() ? new JsonObject().put("type", "array").put("items", schema) : schema);
    }

    private static JsonObject query(String name, String doc) {
        return new JsonObject()
                .put("name", name)
                .put("in", "query")
                .put("description", doc)
                .put("schema", new JsonObject().put("type", name.equals("limit") ? "integer" : "string"));
    }

    private static JsonObject schema(JsonObject inner) {
        return new JsonObject().put("schema", inner);
    }

    private static JsonObject schema(ParameterFile file) {
        JsonObject schema = typed(file.type(), false);
        Map<String, Object> rules = schema.getMap();
        if (file.type() == ValueType.STRING) {
            rules.put("minLength", file.minLength());
            rules.put("maxLength", file.maxLength());
        }
        if (file.pattern() != null) {
            rules.put("pattern", "^(?:" + file.pattern() + ")$");
        }
        if (file.minimum() != null) {
            rules.put("minimum", file.minimum());
        }
        if (file.maximum() != null) {
            rules.put("maximum", file.maximum());
        }
        if (!file.oneOf().isEmpty()) {
            rules.put("enum", new JsonArray(file.oneOf()));
        }
        return schema;
    }

    private static JsonObject typed(ValueType type, boolean asText) {
        JsonObject schema = new JsonObject();
        return switch (type) {
            case INT -> schema.put("type", asText ? "string" : "integer").put("format", "int32");
            case LONG -> schema.put("type", asText ? "string" : "integer").put("format", "int64");
            case DOUBLE, DECIMAL -> schema.put("type", asText ? "string" : "number");
            case BOOLEAN -> schema.put("type", "boolean");
            case TIMESTAMP -> schema.put("type", "string").put("format", "date-time");
            case DATE -> schema.put("type", "string").put("format", "date");
            case TIME -> schema.put("type", "string").put("format", "time");
            case UUID -> schema.put("type", "string").put("format", "uuid");
            case BINARY -> schema.put("type", "string").put("contentEncoding", "base64");
            case STRING -> schema.put("type", "string");
        };
    }

    private static JsonObject row(List<Column> columns) {
        JsonObject root = object();
        for (Column column : columns) {
            if (!column.hidden()) {
                place(root, column);
            }
        }
        return root;
    }

    private static JsonObject object() {
        return new JsonObject().put("type", "object").put("properties", new JsonObject());
    }

    private static void place(JsonObject root, Column column) {
        JsonObject at = root;
        List<String> path = column.path();
        for (String name : path.subList(0, path.size() - 1)) {
            JsonObject members = at.getJsonObject("properties");
            if (!members.containsKey(name)) {
                members.put(name, object());
            }
            at = members.getJsonObject(name);
        }
        JsonObject schema = typed(column.type(), column.asText());
        if (column.nullable()) {
            nullable(schema);
        }
        at.getJsonObject("properties").put(path.get(path.size() - 1), schema);
    }

    private static JsonObject failures() {
        JsonObject reference = new JsonObject().put("$ref", "#/components/schemas/Problem");
        return new JsonObject()
                .put(
                        "default",
                        new JsonObject()
                                .put("description", "A problem (RFC 9457)")
                                .put("content", new JsonObject().put(Problem.MEDIA_TYPE, schema(reference))));
    }

    private static JsonObject problem() {
        JsonObject properties = new JsonObject();
        for (String name : List.of("type", "title", "detail", "instance", "code", "hint")) {
            properties.put(name, new JsonObject().put("type", "string"));
        }
        properties.put("status", new JsonObject().put("type", "integer"));
        return new JsonObject().put("type", "object").put("properties", properties);
    }
}
