package io.sluice.runner;

import io.siddhi.core.SiddhiManager;
import io.siddhi.core.util.config.InMemoryConfigManager;
import io.sluice.common.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The section {@code siddhi}: what a deployment sets for extensions, in the form that {@code deployment.yaml} files have.
 *
 * @param extensions system keys of single extensions
 * @param refs annotations that apps take over by {@code ref='NAME'}
 * @param properties of the engine, for example {@code shardId}
 */
public record SiddhiConfig(
        @Setting(doc = "System keys of extensions: [{extension: {namespace, name, properties}}].", byDefault = "[]")
        List<ExtensionEntry> extensions,

        @Setting(doc = "What apps take over by ref='NAME': [{ref: {name, type, properties}}].", byDefault = "[]")
        List<RefEntry> refs,

        @Setting(doc = "Properties of the engine, for example shardId.", byDefault = "{}")
        Map<String, String> properties) {

    /** Nothing set. */
    public static final SiddhiConfig NONE = new SiddhiConfig(List.of(), List.of(), Map.of());

    /** One element of {@code extensions}. */
    public record ExtensionEntry(
            @Setting(doc = "The extension and its system keys.")
            Keys extension) {}

    /** The system keys of one extension. */
    public record Keys(
            @Setting(doc = "For example rdbms for rdbms:cud, store for the store rdbms.")
            String namespace,

            @Setting(doc = "For example cud.") String name,

            @Setting(doc = "System keys, for example perform.CUD.operations.", byDefault = "{}", secret = true)
            Map<String, String> properties) {}

    /** One element of {@code refs}. */
    public record RefEntry(
            @Setting(doc = "What an app gets for ref='NAME'.")
            Ref ref) {}

    /** One annotation that apps refer to. */
    public record Ref(
            @Setting(doc = "What apps call it.") String name,
            @Setting(doc = "For example rdbms.") String type,

            @Setting(doc = "Its options; those in the app win.", byDefault = "{}", secret = true)
            Map<String, String> properties) {}

    /** Keeps copies. */
    public SiddhiConfig {
        extensions = List.copyOf(extensions);
        refs = List.copyOf(refs);
        properties = Map.copyOf(properties);
    }

    /** Hands everything set to the engine; before the first app. */
    public void applyTo(SiddhiManager manager) {
        Map<String, String> keys = new HashMap<>();
        for (ExtensionEntry entry : extensions) {
            Keys one = entry.extension();
            one.properties().forEach((key, value) -> keys.put(one.namespace() + "." + one.name() + "." + key, value));
        }
        Map<String, String> annotations = new HashMap<>();
        for (RefEntry entry : refs) {
            annotations.put(entry.ref().name() + ".type", entry.ref().type());
            entry.ref()
                    .properties()
                    .forEach((key, value) -> annotations.put(entry.ref().name() + "." + key, value));
        }
        manager.setConfigManager(new InMemoryConfigManager(keys, annotations, properties));
    }
}
