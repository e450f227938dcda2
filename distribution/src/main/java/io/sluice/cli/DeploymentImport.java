package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.common.ConfigException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Turns a {@code deployment.yaml} into a configuration of ours: data sources, Siddhi's extensions, refs and properties, local users, error store. Everything
 * else is named with its line, and whether that matters.
 */
final class DeploymentImport {

    /**
     * What came out.
     *
     * @param yaml the configuration
     * @param warnings what is different or ignored, as {@code file:line: message}
     */
    record Imported(String yaml, List<String> warnings) {}

    private final Path file;
    private final List<String> warnings = new ArrayList<>();
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    private DeploymentImport(Path file) {
        this.file = file;
    }

    /**
     * Converts a file.
     *
     * @throws ConfigException if it cannot be read
     */
    static Imported convert(Path file) {
        DeploymentImport conversion = new DeploymentImport(file);
        try {
            Node parsed = new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(file)));
            if (!(parsed instanceof MappingNode top)) {
                throw new ConfigException(List.of(file + ":1: is no deployment.yaml: it has no keys"));
            }
            conversion.top(top);
            String yaml = new YAMLMapper().writeValueAsString(conversion.root);
            return new Imported(yaml.replaceFirst("^---\n", ""), List.copyOf(conversion.warnings));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IOException unreadable) {
            throw new ConfigException(List.of(file + ": cannot be read: " + unreadable.getMessage()));
        } catch (YAMLException broken) {
            throw new ConfigException(List.of(file + ": is no YAML: " + broken.getMessage()));
        }
    }

    private void top(MappingNode top) {
        for (NodeTuple entry : top.getValue()) {
            Node value = entry.getValueNode();
            switch (key(entry)) {
                case "wso2.datasources" -> member(value, "dataSources", this::dataSources);
                case "dataSources" -> dataSources(value);
                case "siddhi" -> siddhi(value);
                case "extensions" ->
                    entries(value, "extension", List.of("name", "namespace", "properties"), "extensions");
                case "refs" -> entries(value, "ref", List.of("name", "type", "properties"), "refs");
                case "auth.configs" -> users(value);
                case "error.store" -> errorStore(value);
                case "state.persistence", "statePersistence" ->
                    warn(
                            entry.getKeyNode(),
                            key(entry)
                                    + " is not taken over: the state of apps is kept below home; see runner.checkpoint in"
                                    + " `sluice config --all`");
                default -> warn(entry.getKeyNode(), "'" + key(entry) + "' is ignored; there is nothing like it here");
            }
        }
    }

    private void dataSources(Node list) {
        ObjectNode all = root.withObject("/data-sources");
        for (Node item : items(list)) {
            Map<String, Node> source = map(item);
            Node definition = source.get("definition");
            Map<String, Node> configuration =
                    definition == null ? Map.of() : map(map(definition).get("configuration"));
            String name = text(source.get("name"));
            String url = text(configuration.get("jdbcUrl"));
            if (name.isEmpty() || url.isEmpty()) {
                warn(item, "a data source without a name or a definition.configuration.jdbcUrl is ignored");
                continue;
            }
            ObjectNode made = all.putObject(name);
            copy(configuration, "jdbcUrl", made, "url");
            copy(configuration, "username", made, "user");
            copy(configuration, "password", made, "password");
            copy(configuration, "driverClassName", made, "driver");
            String connections = text(configuration.get("maxPoolSize"));
            if (connections.matches("[1-9][0-9]{0,5}")) {
                made.put("pool-size", Integer.parseInt(connections));
            }
            List<String> taken = List.of("jdbcUrl", "username", "password", "driverClassName", "maxPoolSize");
            configuration.forEach((key, value) -> {
                if (!taken.contains(key)) {
                    warn(value, "data source '" + name + "': '" + key + "' is ignored; the pool decides");
                }
            });
        }
    }

    private void siddhi(Node section) {
        for (NodeTuple entry : tuples(section)) {
            Node value = entry.getValueNode();
            switch (key(entry)) {
                case "extensions" ->
                    entries(value, "extension", List.of("name", "namespace", "properties"), "extensions");
                case "refs" -> entries(value, "ref", List.of("name", "type", "properties"), "refs");
                case "properties" ->
                    properties(value, root.withObject("/siddhi").putObject("properties"));
                default ->
                    warn(entry.getKeyNode(), "'siddhi." + key(entry) + "' is ignored; there is nothing like it here");
            }
        }
    }

    private void entries(Node list, String wrapper, List<String> members, String into) {
        ArrayNode all = root.withObject("/siddhi").withArray("/" + into);
        for (Node item : items(list)) {
            Map<String, Node> entry = map(map(item).get(wrapper));
            ObjectNode made = all.addObject().putObject(wrapper);
            for (Map.Entry<String, Node> member : entry.entrySet()) {
                if (!members.contains(member.getKey())) {
                    warn(member.getValue(), "'" + member.getKey() + "' of an " + wrapper + " is ignored");
                } else if (member.getKey().equals("properties")) {
                    properties(member.getValue(), made.putObject("properties"));
                } else {
                    copy(entry, member.getKey(), made, member.getKey());
                }
            }
        }
    }

    /** Passwords are only Base64 there; who is in the administrators' role may manage, the others may view. */
    private void users(Node section) {
        Map<String, Node> auth = map(section);
        if (!text(auth.get("type")).isEmpty() && !text(auth.get("type")).equals("local")) {
            warn(
                    section,
                    "auth.configs of the type '" + text(auth.get("type"))
                            + "' is ignored; users come from runner.admin.users or as tokens of gateway.issuers");
            return;
        }
        Map<String, Node> userManager = map(auth.get("userManager"));
        Map<String, Node> store = map(userManager.get("userStore"));
        String administrators = text(userManager.get("adminRole"));
        Map<String, String> roles = new HashMap<>();
        for (Node item : items(store.get("roles"))) {
            Map<String, Node> role = map(map(item).get("role"));
            roles.put(text(role.get("id")), text(role.get("displayName")));
        }
        for (Node item : items(store.get("users"))) {
            user(map(map(item).get("user")), administrators.isEmpty() ? "admin" : administrators, roles, item);
        }
        auth.forEach((key, value) -> {
            if (!List.of("type", "userManager").contains(key)) {
                warn(value, "'auth.configs." + key + "' is ignored; there is nothing like it here");
            }
        });
    }

    private void user(Map<String, Node> user, String administrators, Map<String, String> roles, Node place) {
        String name = text(user.get("username"));
        String password;
        try {
            password = new String(Base64.getDecoder().decode(text(user.get("password"))), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException encrypted) {
            warn(
                    place,
                    "user '" + name + "' is ignored: the password is not Base64. Add the user to runner.admin.users");
            return;
        }
        if (name.equals("admin") && password.equals("admin")) {
            warn(
                    place,
                    "user 'admin' with the well-known password is ignored; a secret is generated at the first start");
            return;
        }
        ObjectNode made = root.withObject("/runner/admin").withArray("/users").addObject();
        made.put("name", name).put("password", password);
        boolean manages = List.of(text(user.get("roles")).split("\\s*,\\s*")).stream()
                .anyMatch(id -> administrators.equals(roles.getOrDefault(id, "")));
        ArrayNode permissions = made.putArray("permissions").add("siddhiApp.view");
        if (manages) {
            permissions.add("siddhiApp.manage");
        }
    }

    private void errorStore(Node section) {
        Map<String, Node> config = map(map(section).get("config"));
        ObjectNode store = root.withObject("/runner/error-store");
        copy(config, "datasource", store, "data-source");
        if (config.containsKey("table")) {
            warn(
                    config.get("table"),
                    "the table '" + text(config.get("table")) + "' is not read: its entries are serialised objects; a"
                            + " table of its own is made (runner.error-store.table)");
        }
    }

    private void properties(Node section, ObjectNode into) {
        for (NodeTuple entry : tuples(section)) {
            copy(Map.of(key(entry), entry.getValueNode()), key(entry), into, key(entry));
        }
    }

    private void copy(Map<String, Node> from, String key, ObjectNode into, String as) {
        Node node = from.get(key);
        if (node == null) {
            return;
        }
        String value = text(node);
        if (value.contains("${sec:") || value.contains("${carbon.") || value.contains("${sys:")) {
            warn(
                    node,
                    "'" + key + "' holds a placeholder that only the old server knows; write the value, or"
                            + " ${file:PATH} or ${env:NAME}");
        }
        into.put(as, value);
    }

    private void member(Node section, String name, Consumer<Node> work) {
        for (NodeTuple entry : tuples(section)) {
            if (key(entry).equals(name)) {
                work.accept(entry.getValueNode());
            } else {
                warn(entry.getKeyNode(), "'" + key(entry) + "' is ignored; there is nothing like it here");
            }
        }
    }

    private void warn(@Nullable Node node, String message) {
        int line = node == null ? 1 : node.getStartMark().getLine() + 1;
        warnings.add(file + ":" + line + ": " + message);
    }

    private static List<NodeTuple> tuples(@Nullable Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    private static Map<String, Node> map(@Nullable Node node) {
        Map<String, Node> members = new LinkedHashMap<>();
        tuples(node).forEach(entry -> members.put(key(entry), entry.getValueNode()));
        return members;
    }

    private static List<Node> items(@Nullable Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    private static String key(NodeTuple entry) {
        return text(entry.getKeyNode());
    }

    private static String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
