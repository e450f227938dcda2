package io.sluice.dataservice.dbs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The result of an old query, whose shape the new operation keeps: grouped XML elements or a JSON template. */
final class DbsResult {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BiConsumer<DbsElement, String> refusals;

    /** @param refusals told what cannot be carried over, and where */
    DbsResult(BiConsumer<DbsElement, String> refusals) {
        this.refusals = refusals;
    }

    /** Puts {@code wrap}, {@code listed-only} and {@code columns} into an operation. */
    void convert(DbsElement result, Map<String, Object> operation) {
        Map<String, Object> columns = new LinkedHashMap<>();
        if (result.get("useColumnNumbers").equals("true")) {
            refusals.accept(result, "columns by number cannot be carried over; name them in the SQL");
        }
        if (!result.get("xsltPath").isEmpty() || result.get("outputType").equals("rdf")) {
            refusals.accept(result, "XSLT and RDF cannot be carried over");
        }
        if (result.get("outputType").equals("json")) {
            convertTemplate(result, operation, columns);
        } else {
            operation.put("wrap", result.get("element") + "." + result.get("rowName"));
            convertGroup(result, "", columns);
        }
        operation.put("listed-only", true);
        operation.put("columns", columns);
    }

    private void convertGroup(DbsElement group, String prefix, Map<String, Object> columns) {
        for (DbsElement child : group.children()) {
            boolean nested = child.name().equals("element") && !child.children().isEmpty();
            if (child.name().equals("call-query")) {
                refusals.accept(
                        child,
                        "nested query '" + child.get("href")
                                + "' cannot be carried over; join it in the SQL or serve it as a resource of its own");
            } else if (!child.get("export").isEmpty()) {
                refusals.accept(child, "'export' to a later query cannot be carried over");
            } else if (nested) {
                convertGroup(child, prefix + child.get("name") + ".", columns);
            } else if (!Set.of("element", "attribute").contains(child.name())
                    || child.get("column").isEmpty()) {
                refusals.accept(
                        child, "<" + child.name() + "> without a column (constants, echoes) cannot be carried over");
            } else {
                column(
                        child,
                        prefix + child.get("name"),
                        child.get("column"),
                        child.get("xsdType"),
                        child.get("requiredRoles"),
                        columns);
            }
        }
    }

    private void column(
            DbsElement at, String name, String column, String type, String roles, Map<String, Object> columns) {
        Map<String, Object> rules = new LinkedHashMap<>();
        rules.put("name", name);
        if (!Set.of("integer", "double", "float", "long", "decimal", "boolean")
                .contains(type.replaceFirst("^xs:", ""))) {
            rules.put("as", "string");
        }
        if (!roles.isEmpty()) {
            rules.put("roles", List.of(roles.split("\\s*,\\s*")));
        }
        if (columns.put(column, rules) != null) {
            refusals.accept(at, "column '" + column + "' is mapped twice");
        }
    }

    private void convertTemplate(DbsElement result, Map<String, Object> operation, Map<String, Object> columns) {
        try {
            JsonNode root = JSON.readTree(result.text().toString());
            String element = root.fieldNames().next();
            String row = root.get(element).fieldNames().next();
            operation.put("wrap", element + "." + row);
            convertTemplate(result, root.get(element).get(row).get(0), "", columns);
        } catch (JsonProcessingException | RuntimeException malformed) {
            refusals.accept(result, "is not a JSON template {\"a\":{\"b\":[{…}]}}");
        }
    }

    private void convertTemplate(DbsElement at, JsonNode object, String prefix, Map<String, Object> columns) {
        object.properties().forEach(member -> {
            if (member.getValue().isObject()) {
                convertTemplate(at, member.getValue(), prefix + member.getKey() + ".", columns);
                return;
            }
            String text = member.getValue().asText();
            if (!text.startsWith("$") || member.getKey().startsWith("@")) {
                refusals.accept(
                        at,
                        "member '" + member.getKey()
                                + "' is no plain column; nested queries and constants cannot be carried over");
                return;
            }
            String column = text.substring(1).replaceFirst("\\(.*", "");
            String type = text.replaceFirst(".*\\(.*type:([a-z]+).*", "$1");
            String roles = text.contains("requiredRoles:") ? text.replaceFirst(".*requiredRoles:([^;)]*).*", "$1") : "";
            column(at, prefix + member.getKey(), column, type, roles, columns);
        });
    }
}
