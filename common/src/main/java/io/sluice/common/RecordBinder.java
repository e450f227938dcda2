package io.sluice.common;

import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import io.sluice.common.YamlTree.Sequence;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns YAML nodes into records through their canonical constructors and goes on after a problem, to find them all. */
final class RecordBinder {

    /** Stands for a value that could not be bound; the reason is among the findings. */
    static final Object FAILED = new Object();

    private static final Path WORKING_DIRECTORY = Path.of("");

    private final Path folder;
    private final Overrides overrides;
    private final Placeholders placeholders;
    private final Findings findings;
    private final TolerantList tolerant;

    /** @param folder what relative paths of the file are relative to; those of flags and variables are relative to the working directory */
    RecordBinder(Path folder, Overrides overrides, Placeholders placeholders, Findings findings) {
        this(folder, overrides, placeholders, findings, new TolerantList(""));
    }

    RecordBinder(
            Path folder, Overrides overrides, Placeholders placeholders, Findings findings, TolerantList tolerant) {
        this.folder = folder;
        this.overrides = overrides;
        this.placeholders = placeholders;
        this.findings = findings;
        this.tolerant = tolerant;
    }

    /** Which list may lose elements, and which it lost. */
    TolerantList tolerant() {
        return tolerant;
    }

    /** The record, or null if there are findings. */
    <T extends Record> @Nullable T bind(Class<T> root, Node node) {
        Object bound = bindSection(root, node, "");
        return bound == FAILED ? null : root.cast(bound);
    }

    private Object bind(Type type, Node node, String path, boolean secret) {
        if (ValueText.isSingle(type)) {
            return bindSingle((Class<?>) type, node, path, secret);
        }
        if (SettingKey.isSection(type)) {
            return bindSection((Class<?>) type, node, path);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return bindList(SettingKey.elementOf(generic), node, path, secret);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return bindMap(SettingKey.elementOf(generic), node, path, secret);
        }
        throw new IllegalStateException(path + " has the type " + type.getTypeName() + ", which no setting can have");
    }

    private Object bindSingle(Class<?> type, Node node, String path, boolean secret) {
        if (!(node instanceof Scalar scalar)) {
            return fail(
                    node, path, "must be a single value (" + ValueText.nameOf(type) + "), but is " + describe(node));
        }
        String text = placeholders.resolve(scalar.text(), node.origin(), path, findings);
        if (text == null) {
            return FAILED;
        }
        try {
            return ValueText.read(type, text, Overrides.isOverride(node.origin()) ? WORKING_DIRECTORY : folder);
        } catch (IllegalArgumentException refused) {
            // the text as written: what a placeholder brought in may be a secret
            String shown = secret ? new Secret("").toString() : scalar.text();
            return fail(node, path, "'" + shown + "' " + refused.getMessage() + hintFor(scalar));
        }
    }

    private static String hintFor(Scalar scalar) {
        boolean serviceLink =
                Overrides.isOverride(scalar.origin()) && scalar.text().startsWith("tcp://");
        return serviceLink ? ". Kubernetes sets this for a service of that name; turn enableServiceLinks off." : "";
    }

    private Object bindList(Type element, Node node, String path, boolean secret) {
        if (node instanceof Nothing) {
            return List.of();
        }
        if (node instanceof Scalar && ValueText.isSingle(element)) {
            Object only = bind(element, node, path, secret);
            return only == FAILED ? FAILED : List.of(only);
        }
        if (!(node instanceof Sequence sequence)) {
            return fail(node, path, "must be a list, but is " + describe(node));
        }
        List<Object> values = new ArrayList<>();
        for (Node each : sequence.elements()) {
            values.add(bind(element, each, path + "[" + values.size() + "]", secret));
        }
        List<Object> kept = tolerant.withoutFailed(path, values);
        return kept.contains(FAILED) ? FAILED : List.copyOf(kept);
    }

    private Object bindMap(Type element, Node node, String path, boolean secret) {
        Map<String, Node> entries = entriesOf(node);
        if (entries == null) {
            return fail(node, path, "must be a map of names to values, but is " + describe(node));
        }
        Map<String, Origin> added = overrides.namesInside(path);
        Set<String> names = new LinkedHashSet<>(entries.keySet());
        names.addAll(added.keySet());
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : names) {
            String key = SettingKey.join(path, name);
            Node value = override(element, key);
            if (value == null) {
                // a name that only flags know starts as an empty section
                Origin origin = added.getOrDefault(name, node.origin());
                value = entries.getOrDefault(name, new Mapping(origin, Map.of()));
            }
            values.put(name, bind(element, value, key, secret));
        }
        return values.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(values);
    }

    private Object bindSection(Class<?> type, Node node, String path) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys = Arrays.stream(components).map(SettingKey::keyOf).toList();
        Map<String, Node> entries = entriesOf(node);
        if (entries == null) {
            return fail(node, path, "must have the keys " + String.join(", ", keys) + ", but is " + describe(node));
        }
        boolean known = reportUnknownKeys(entries, keys, path);
        @Nullable Node[] nodes = new @Nullable Node[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String key = SettingKey.join(path, keys.get(i));
            Node written = override(component.getGenericType(), key);
            nodes[i] = written == null ? entries.get(keys.get(i)) : written;
            values[i] = bindComponent(component, nodes[i], node.origin(), key);
        }
        RecordMaker maker = new RecordMaker(type, nodes, this::fallback, findings);
        Object made = maker.make(values, node.origin(), path);
        // in a tolerant list the bad element must not be used: its unknown key may be a misspelt restriction
        boolean refused = !known && tolerant.inUse();
        return made == null || refused ? FAILED : made;
    }

    private @Nullable Node override(Type type, String key) {
        return overrides.find(key, ValueText.isSingle(type), !SettingKey.isSection(type), findings);
    }

    private @Nullable Object bindComponent(
            RecordComponent component, @Nullable Node node, Origin section, String path) {
        Setting setting = component.getAnnotation(Setting.class);
        String byDefault = setting == null ? Setting.REQUIRED : setting.byDefault();
        Type type = component.getGenericType();
        boolean absent = node == null || (node instanceof Nothing && byDefault.equals(Setting.ABSENT));
        if (node instanceof Nothing && ValueText.isSingle(type) && !absent) {
            boolean hasDefault = !byDefault.equals(Setting.REQUIRED);
            return fail(
                    node,
                    path,
                    "has no value. Write one" + (hasDefault ? ", or remove the key for the default." : "."));
        }
        Node value = absent ? defaultOf(type, byDefault, section, path) : node;
        if (value == null) {
            return byDefault.equals(Setting.ABSENT) ? null : FAILED;
        }
        return bind(type, value, path, setting != null && setting.secret());
    }

    /** The node that stands for an absent key; null if it binds to nothing, or is missing and reported. */
    private @Nullable Node defaultOf(Type type, String byDefault, Origin section, String path) {
        boolean isSection = SettingKey.isSection(type);
        if (byDefault.equals(Setting.ABSENT)) {
            Origin wanted = isSection ? overrides.firstInside((Class<?>) type, path) : null;
            return wanted == null ? null : new Mapping(wanted, Map.of());
        }
        if (byDefault.equals(Setting.REQUIRED)) {
            if (isSection) {
                return new Mapping(section, Map.of());
            }
            findings.add(section, path, "is missing. Give it a value (" + ValueText.nameOf(type) + ").");
            return null;
        }
        // no override itself, even in a section that only exists because of one: its paths are those of the file
        Origin origin = new Origin(section.source(), section.line(), "");
        return ValueText.isSingle(type)
                ? new Scalar(origin, byDefault)
                : YamlTree.parse(byDefault, line -> origin, path, findings);
    }

    private boolean reportUnknownKeys(Map<String, Node> entries, List<String> known, String path) {
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                String meant = NearestName.of(key, known)
                        .map(name -> ". Did you mean '" + name + "'?")
                        .orElse(". Known here: " + String.join(", ", known) + ".");
                findings.add(value.origin(), SettingKey.join(path, key), "unknown key" + meant);
            }
        });
        return known.containsAll(entries.keySet());
    }

    private Object fail(Node node, String path, String text) {
        findings.add(node.origin(), path, text);
        return FAILED;
    }

    private static @Nullable Map<String, Node> entriesOf(Node node) {
        if (node instanceof Nothing) {
            return Map.of();
        }
        return node instanceof Mapping mapping ? mapping.entries() : null;
    }

    private static String describe(Node node) {
        if (node instanceof Scalar) {
            return "a single value";
        }
        return node instanceof Sequence ? "a list" : node instanceof Mapping ? "a section with keys" : "empty";
    }

    /** What a component has when nothing is written for it; failing ones stay silent, their reason is reported elsewhere. */
    private @Nullable Object fallback(RecordComponent component) {
        RecordBinder defaults =
                new RecordBinder(folder, new Overrides(Map.of(), Map.of()), placeholders, new Findings());
        return defaults.bindComponent(component, null, Origin.inFile("", 0), "");
    }
}
