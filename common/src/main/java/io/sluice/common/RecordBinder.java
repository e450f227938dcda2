package io.sluice.common;

import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import io.sluice.common.YamlTree.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
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
    private static final Object FAILED = new Object();

    private static final Path WORKING_DIRECTORY = Path.of("");

    private final Path folder;
    private final Overrides overrides;
    private final Placeholders placeholders;
    private final Findings findings;

    /** @param folder what relative paths of the file are relative to; those of flags and variables are relative to the working directory */
    RecordBinder(Path folder, Overrides overrides, Placeholders placeholders, Findings findings) {
        this.folder = folder;
        this.overrides = overrides;
        this.placeholders = placeholders;
        this.findings = findings;
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
        if (!(node instanceof Sequence sequence)) {
            return fail(node, path, "must be a list, but is " + describe(node));
        }
        List<Object> values = new ArrayList<>();
        for (Node each : sequence.elements()) {
            values.add(bind(element, each, path + "[" + values.size() + "]", secret));
        }
        return values.contains(FAILED) ? FAILED : List.copyOf(values);
    }

    private Object bindMap(Type element, Node node, String path, boolean secret) {
        Map<String, Node> entries = entriesOf(node);
        if (entries == null) {
            return fail(node, path, "must be a map of names to values, but is " + describe(node));
        }
        Set<String> names = new LinkedHashSet<>(entries.keySet());
        names.addAll(overrides.namesInside(path));
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : names) {
            String key = SettingKey.join(path, name);
            Node value = override(element, key);
            if (value == null) {
                // only a flag that goes deeper names this entry: it starts as an empty section
                value = entries.getOrDefault(name, new Mapping(node.origin(), Map.of()));
            }
            values.put(name, bind(element, value, key, secret));
        }
        return values.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(values);
    }

    private Object bindSection(Class<?> type, Node node, String path) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys = Arrays.stream(components).map(SettingKey::kebab).toList();
        Map<String, Node> entries = entriesOf(node);
        if (entries == null) {
            return fail(node, path, "must have the keys " + String.join(", ", keys) + ", but is " + describe(node));
        }
        reportUnknownKeys(entries, keys, path);
        @Nullable Node[] nodes = new @Nullable Node[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String key = SettingKey.join(path, keys.get(i));
            Node written = override(component.getGenericType(), key);
            nodes[i] = written == null ? entries.get(keys.get(i)) : written;
            values[i] = bindComponent(component, nodes[i], node.origin(), key);
        }
        return new Construction(type, components, nodes, values).finish(node.origin(), path);
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
            boolean wanted = isSection && overrides.anyInside((Class<?>) type, path);
            return wanted ? new Mapping(section, Map.of()) : null;
        }
        if (byDefault.equals(Setting.REQUIRED)) {
            if (isSection) {
                return new Mapping(section, Map.of());
            }
            findings.add(section, path, "is missing. Give it a value (" + ValueText.nameOf(type) + ").");
            return null;
        }
        return ValueText.isSingle(type)
                ? new Scalar(section, byDefault)
                : YamlTree.parse(byDefault, line -> section, path, findings);
    }

    private void reportUnknownKeys(Map<String, Node> entries, List<String> known, String path) {
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                String meant = NearestName.of(key, known)
                        .map(name -> ". Did you mean '" + name + "'?")
                        .orElse(". Known here: " + String.join(", ", known) + ".");
                findings.add(value.origin(), SettingKey.join(path, key), "unknown key" + meant);
            }
        });
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

    /**
     * The last step of a section: the record's own checks. A value that is refused is replaced by its default and the constructor asked again, so
     * that one bad value does not hide the next.
     */
    private final class Construction {
        private final Class<?> type;
        private final RecordComponent[] components;
        private final @Nullable Node[] nodes;
        private final @Nullable Object[] values;

        Construction(Class<?> type, RecordComponent[] components, @Nullable Node[] nodes, @Nullable Object[] values) {
            this.type = type;
            this.components = components;
            this.nodes = nodes;
            this.values = values;
        }

        Object finish(Origin section, String path) {
            boolean[] replaced = new boolean[components.length];
            boolean complete = true;
            for (int i = 0; i < components.length; i++) {
                if (values[i] == FAILED) {
                    complete = false;
                    replaced[i] = true;
                    values[i] = fallback(i);
                }
            }
            while (!Arrays.asList(values).contains(FAILED)) {
                try {
                    Object made = construct();
                    return complete ? made : FAILED;
                } catch (InvalidSetting invalid) {
                    complete = false;
                    int index = indexOf(invalid.key());
                    if (index >= 0 && replaced[index]) {
                        return FAILED;
                    }
                    Origin origin = index < 0 ? section : originOf(index, invalid.key(), section);
                    findings.add(origin, SettingKey.join(path, invalid.key()), String.valueOf(invalid.getMessage()));
                    if (index < 0) {
                        return FAILED;
                    }
                    replaced[index] = true;
                    values[index] = fallback(index);
                }
            }
            return FAILED;
        }

        private @Nullable Object fallback(int index) {
            Overrides none = new Overrides(Map.of(), Map.of());
            RecordBinder defaults = new RecordBinder(folder, none, placeholders, new Findings());
            return defaults.bindComponent(components[index], null, Origin.inFile("", 0), "");
        }

        private int indexOf(String key) {
            String first = key.split("[.\\[]", 2)[0];
            return Arrays.stream(components).map(SettingKey::kebab).toList().indexOf(first);
        }

        /** Follows a key such as {@code issuers[1].audience} as far as the text goes. */
        private Origin originOf(int index, String key, Origin section) {
            Node node = nodes[index];
            if (node == null) {
                return section;
            }
            for (String step :
                    key.substring(SettingKey.kebab(components[index]).length()).split("[.\\[]")) {
                Node inner = node;
                if (node instanceof Mapping mapping) {
                    inner = mapping.entries().get(step);
                } else if (node instanceof Sequence sequence && step.matches("\\d{1,6}]")) {
                    int position = Integer.parseInt(step.substring(0, step.length() - 1));
                    inner = position < sequence.elements().size()
                            ? sequence.elements().get(position)
                            : null;
                }
                node = inner == null ? node : inner;
            }
            return node.origin();
        }

        private Object construct() {
            try {
                Class<?>[] types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (InvocationTargetException refused) {
                if (refused.getCause() instanceof InvalidSetting invalid) {
                    throw invalid;
                }
                throw new IllegalStateException("the constructor of " + type.getName() + " failed", refused.getCause());
            } catch (ReflectiveOperationException unexpected) {
                throw new IllegalStateException(type.getName() + " cannot be constructed", unexpected);
            }
        }
    }
}
