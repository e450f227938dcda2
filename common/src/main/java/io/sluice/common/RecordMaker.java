package io.sluice.common;

import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls the canonical constructor of one section, and with it the record's own checks. A value that is refused is replaced by its default and the
 * constructor asked again, so that one bad value does not hide the next.
 */
final class RecordMaker {

    private final Class<?> type;
    private final RecordComponent[] components;
    private final List<String> keys;
    private final @Nullable Node[] nodes;
    private final Function<RecordComponent, @Nullable Object> fallback;
    private final Findings findings;

    /**
     * @param nodes what was written for each component, null where nothing was
     * @param fallback the default of a component, or {@link RecordBinder#FAILED} if it has none
     */
    RecordMaker(
            Class<?> type,
            @Nullable Node[] nodes,
            Function<RecordComponent, @Nullable Object> fallback,
            Findings findings) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.keys = Arrays.stream(components).map(SettingKey::kebab).toList();
        this.nodes = nodes;
        this.fallback = fallback;
        this.findings = findings;
    }

    /**
     * The record, or null if it cannot be made, for reasons that are among the findings.
     *
     * @param values one per component, {@link RecordBinder#FAILED} where binding failed
     */
    @Nullable
    Object make(@Nullable Object[] values, Origin section, String path) {
        boolean[] replaced = new boolean[components.length];
        boolean complete = true;
        for (int i = 0; i < components.length; i++) {
            if (values[i] == RecordBinder.FAILED) {
                complete = false;
                replaced[i] = true;
                values[i] = fallback.apply(components[i]);
            }
        }
        while (!Arrays.asList(values).contains(RecordBinder.FAILED)) {
            try {
                Object made = construct(values);
                return complete ? made : null;
            } catch (IllegalArgumentException refused) {
                complete = false;
                int index = blame(refused, replaced, section, path);
                if (index < 0) {
                    return null;
                }
                replaced[index] = true;
                values[index] = fallback.apply(components[index]);
            }
        }
        return null;
    }

    /** Reports a refusal; gives the component to try without, or -1 if there is none. */
    private int blame(IllegalArgumentException refused, boolean[] replaced, Origin section, String path) {
        String key = refused instanceof InvalidSetting invalid ? invalid.key() : "";
        int index = keys.indexOf(key.split("[.\\[]", 2)[0]);
        if (index >= 0 && replaced[index]) {
            return -1; // it is the default that is refused now, and the first refusal is already told
        }
        Origin origin = index < 0 ? section : originOf(index, key, section);
        String fullKey = key.isEmpty() ? path : SettingKey.join(path, key);
        findings.add(origin, fullKey, refused.getMessage() == null ? refused.toString() : refused.getMessage());
        return index;
    }

    /** Follows a key such as {@code issuers[1].audience} as far as the text goes. */
    private Origin originOf(int index, String key, Origin section) {
        Node node = nodes[index];
        if (node == null) {
            return section;
        }
        for (String step : key.substring(keys.get(index).length()).split("[.\\[]")) {
            Node inner = null;
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

    private Object construct(@Nullable Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("the constructor of " + type.getName() + " failed", failed.getCause());
        } catch (ReflectiveOperationException unexpected) {
            throw new IllegalStateException(type.getName() + " cannot be constructed", unexpected);
        }
    }
}
