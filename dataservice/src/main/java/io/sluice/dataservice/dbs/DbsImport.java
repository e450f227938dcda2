package io.sluice.dataservice.dbs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.sluice.common.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/**
 * Turns a {@code .dbs} file into a service file. What cannot be carried over is refused with its place, and nothing is written then; what changes on the
 * way is a warning. Passwords are not copied.
 *
 * <p>Carried over: JDBC and named data sources, dialects, scalar and array parameters by name or {@code ?}, defaults, the built-in validators, XML and JSON
 * result mappings with groups, constants left out, roles, resources. Replies keep their old JSON shape ({@code wrap}), rows are always a list.
 */
public final class DbsImport {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("STRING", "string"),
            Map.entry("CLOB", "string"),
            Map.entry("INTEGER", "int"),
            Map.entry("SMALLINT", "int"),
            Map.entry("TINYINT", "int"),
            Map.entry("BIGINT", "long"),
            Map.entry("DOUBLE", "double"),
            Map.entry("REAL", "double"),
            Map.entry("NUMERIC", "decimal"),
            Map.entry("BIT", "boolean"),
            Map.entry("BOOLEAN", "boolean"),
            Map.entry("DATE", "date"),
            Map.entry("TIME", "time"),
            Map.entry("TIMESTAMP", "timestamp"),
            Map.entry("BINARY", "binary"),
            Map.entry("VARBINARY", "binary"),
            Map.entry("BLOB", "binary"),
            Map.entry("UUID", "uuid"));
    private static final Set<String> IGNORED =
            Set.of("operation", "policy", "description", "resource", "query", "config");

    private final Path file;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final DbsRefusals refusals = new DbsRefusals(this::refuse, this::warn);

    private DbsImport(Path file) {
        this.file = file;
    }

    /**
     * What an import gives.
     *
     * @param yaml the service file
     * @param warnings one line each, {@code file:line: what is different now}
     */
    public record Imported(String yaml, List<String> warnings) {}

    /**
     * Converts one file.
     *
     * @throws ConfigException with everything that cannot be carried over, {@code file:line: what}
     */
    public static Imported convert(Path file) {
        return new DbsImport(file).convert();
    }

    private Imported convert() {
        Map<String, Object> service = new LinkedHashMap<>();
        try {
            DbsElement data = DbsElement.read(file);
            convert(data, service);
        } catch (XMLStreamException malformed) {
            int line = malformed.getLocation() == null
                    ? 1
                    : malformed.getLocation().getLineNumber();
            problems.add(file + ":" + line + ": is not XML");
        } catch (IOException unreadable) {
            problems.add(file + ": cannot be read: " + unreadable);
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        YAMLFactory yaml = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .build();
        try {
            return new Imported(new ObjectMapper(yaml).writeValueAsString(service), List.copyOf(warnings));
        } catch (JsonProcessingException unexpected) {
            throw new IllegalStateException("maps and lists are no YAML", unexpected);
        }
    }

    private void convert(DbsElement data, Map<String, Object> service) {
        refusals.service(data);
        service.put("service", data.get("name").replaceAll("[^A-Za-z0-9_-]", "-"));
        data.first("config")
                .ifPresentOrElse(
                        config -> service.put("datasource", dataSource(config)), () -> refuse(data, "has no config"));
        if (data.all("config").count() > 1) {
            refuse(data, "has more than one config; split it into one service each");
        }
        service.put("access", Map.of());
        warn(data, "any caller with a token may call it; set 'access.scopes'");
        for (DbsElement child : data.children()) {
            if (!IGNORED.contains(child.name())) {
                refuse(child, "<" + child.name() + "> cannot be carried over");
            } else if (child.name().equals("operation")) {
                warn(child, "SOAP operation '" + child.get("name") + "' is left out");
            }
        }
        Map<String, Map<String, Object>> byPath = new LinkedHashMap<>();
        data.all("resource").forEach(resource -> convert(resource, data, byPath));
        service.put("resources", new ArrayList<>(byPath.values()));
    }

    private String dataSource(DbsElement config) {
        refusals.config(config);
        Map<String, String> properties = new LinkedHashMap<>();
        config.all("property")
                .forEach(each ->
                        properties.put(each.get("name"), each.text().toString().strip()));
        String named =
                properties.getOrDefault("carbon_datasource_name", properties.getOrDefault("jndi_resource_name", ""));
        if (!named.isEmpty()) {
            return named;
        }
        boolean jdbc = properties.containsKey("url") || properties.containsKey("org.wso2.ws.dataservice.protocol");
        if (!jdbc) {
            refuse(config, "is no JDBC data source");
        }
        String name = config.get("id").isEmpty() ? "default" : config.get("id");
        warn(config, "define the data source '" + name + "' under 'data-sources' of the configuration");
        return name;
    }

    private void convert(DbsElement resource, DbsElement data, Map<String, Map<String, Object>> byPath) {
        refusals.resource(resource);
        DbsElement call = resource.first("call-query").orElse(null);
        DbsElement query = call == null
                ? null
                : data.all("query")
                        .filter(each -> each.get("id").equals(call.get("href")))
                        .findFirst()
                        .orElse(null);
        if (call == null || query == null) {
            refuse(resource, "calls no query of this file");
            return;
        }
        String path = "/" + resource.get("path").replaceFirst("^/", "");
        String verb = resource.get("method").toLowerCase(Locale.ROOT);
        Map<String, Object> operation = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (DbsElement each : call.all("with-param").toList()) {
            if (each.get("query-param").isEmpty()) {
                refuse(each, "parameter '" + each.get("name") + "' is no 'query-param' of the request");
            }
            names.put(each.get("name"), each.get("query-param"));
        }
        convertSql(query, names, operation);
        convertParameters(query, names, operation);
        if (verb.equals("get")) {
            query.first("result")
                    .ifPresentOrElse(
                            result -> new DbsResult(this::refuse).convert(result, operation),
                            () -> refuse(query, "a GET without a result"));
        }
        if (query.get("returnGeneratedKeys").equals("true")
                && !query.get("keyColumns").isEmpty()) {
            operation.put("generated-keys", List.of(query.get("keyColumns").split("\\s*,\\s*")));
        }
        if (resource.get("returnRequestStatus").equals("true")) {
            warn(resource, "answers 201 or 204 instead of REQUEST_STATUS");
        } else if (!verb.equals("get")) {
            warn(resource, "answers 201 or 204 instead of 202");
        }
        Map<String, Object> known = byPath.computeIfAbsent(path, first -> new LinkedHashMap<>(Map.of("path", path)));
        if (known.put(verb, operation) != null) {
            refuse(resource, resource.get("method") + " of '" + path + "' is there twice");
        }
    }

    private void convertSql(DbsElement query, Map<String, String> names, Map<String, Object> operation) {
        refusals.query(query);
        List<DbsElement> params = query.all("param").toList();
        Map<String, String> dialects = new LinkedHashMap<>();
        for (DbsElement sql : query.all("sql").toList()) {
            String text = named(sql.text().toString().strip(), params, names);
            if (!text.toUpperCase(Locale.ROOT).matches("(?s)(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|REPLACE)\\b.*")) {
                refuse(sql, "stored procedures cannot be carried over");
            }
            if (sql.get("dialect").isEmpty()) {
                operation.put("sql", text);
            } else {
                List.of(sql.get("dialect").split("\\s*,\\s*")).forEach(dialect -> dialects.put(dialect, text));
            }
        }
        if (query.all("sql").findAny().isEmpty()) {
            refuse(query, "has no SQL");
        }
        if (!dialects.isEmpty()) {
            operation.putIfAbsent("sql", dialects.values().iterator().next());
            operation.put("dialects", dialects);
        }
    }

    /** Positional marks get the names of their ordinals; names become those of the request. Quoted text is left alone. */
    private static String named(String sql, List<DbsElement> params, Map<String, String> names) {
        StringBuilder text = new StringBuilder();
        int ordinal = 0;
        String[] parts = sql.split("(?=')|(?<=')", -1);
        boolean quoted = false;
        for (String part : parts) {
            if (part.equals("'")) {
                quoted = !quoted;
                text.append(part);
                continue;
            }
            String plain = part;
            while (!quoted && plain.contains("?") && ordinal < params.size()) {
                String position = Integer.toString(++ordinal);
                String name = params.stream()
                        .filter(each -> each.get("ordinal").equals(position))
                        .findFirst()
                        .orElse(params.get(ordinal - 1))
                        .get("name");
                plain = plain.replaceFirst("\\?", ":" + Matcher.quoteReplacement(name));
            }
            for (Map.Entry<String, String> name : names.entrySet()) {
                if (!quoted && !name.getValue().isEmpty()) {
                    plain = plain.replaceAll(":" + Pattern.quote(name.getKey()) + "\\b", ":" + name.getValue());
                }
            }
            text.append(plain);
        }
        return text.toString();
    }

    private void convertParameters(DbsElement query, Map<String, String> names, Map<String, Object> operation) {
        Map<String, Object> params = new LinkedHashMap<>();
        for (DbsElement param : query.all("param").toList()) {
            Map<String, Object> rules = new LinkedHashMap<>();
            String type = TYPES.get(param.get("sqlType"));
            if (type == null) {
                refuse(param, "sqlType '" + param.get("sqlType") + "' cannot be carried over");
            }
            if (!param.get("type").isEmpty() && !param.get("type").equals("IN")) {
                refuse(param, "a parameter that is " + param.get("type") + " cannot be carried over");
            }
            rules.put("type", String.valueOf(type));
            if (param.get("paramType").equals("ARRAY")) {
                rules.put("list", true);
            }
            convertDefault(param, rules);
            param.children().forEach(validator -> convertValidator(validator, rules));
            String name = names.getOrDefault(param.get("name"), "");
            params.put(name.isEmpty() ? param.get("name") : name, rules);
        }
        if (!params.isEmpty()) {
            operation.put("params", params);
        }
    }

    private void convertDefault(DbsElement param, Map<String, Object> rules) {
        switch (param.get("defaultValue")) {
            case "" -> {
                if (param.get("optional").equals("true")) {
                    refuse(param, "an optional parameter changes the statement; write two resources");
                }
            }
            case "#{NULL}" -> rules.put("default", "null");
            case "#{CURRENT_TIMESTAMP}" -> rules.put("default", "now");
            default -> {
                if (param.get("defaultValue").startsWith("#{")) {
                    refuse(
                            param,
                            "default '" + param.get("defaultValue")
                                    + "': write ':claim.sub' or another claim into the SQL");
                }
                rules.put("default", param.get("defaultValue"));
            }
        }
    }

    private void convertValidator(DbsElement validator, Map<String, Object> rules) {
        switch (validator.name()) {
            case "validateLength" -> {
                putIfThere(rules, "min-length", validator.get("minimum"));
                putIfThere(rules, "max-length", validator.get("maximum"));
            }
            case "validateLongRange", "validateDoubleRange" -> {
                putIfThere(rules, "minimum", validator.get("minimum"));
                putIfThere(rules, "maximum", validator.get("maximum"));
            }
            case "validatePattern" -> rules.put("pattern", validator.get("pattern"));
            default -> refuse(validator, "<" + validator.name() + "> cannot be carried over");
        }
    }

    private static void putIfThere(Map<String, Object> rules, String key, String value) {
        if (!value.isEmpty()) {
            rules.put(key, value);
        }
    }

    private void refuse(DbsElement at, String what) {
        problems.add(file + ":" + at.line() + ": " + what);
    }

    private void warn(DbsElement at, String what) {
        warnings.add(file + ":" + at.line() + ": " + what);
    }
}
