package io.sluice.common;

import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values from flags and environment variables that take precedence over the file; flags over variables. */
final class Overrides {

    static final String PREFIX = "SLUICE_";

    /** Read by the launcher script, the command line and the log configuration; not keys of a configuration. */
    private static final Set<String> OF_THE_COMMAND = Set.of(
            "SLUICE_HOME",
            "SLUICE_CONFIG",
            "SLUICE_JAVA_OPTS",
            "SLUICE_COMMAND",
            "SLUICE_INSTALLATION",
            "SLUICE_CLIENT_SECRET",
            "SLUICE_LOG_LEVEL");

    private final Map<String, String> environment;
    private final Map<String, String> flags;

    Overrides(Map<String, String> environment, Map<String, String> flags) {
        this.environment = environment;
        this.flags = flags;
    }

    /** The environment variable of a key: {@code SLUICE_GATEWAY_PORT} for {@code gateway.port}. */
    static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** Whether this place is a flag or a variable, not a file or a default. */
    static boolean isOverride(Origin origin) {
        return !origin.key().isEmpty();
    }

    /**
     * The value that overrides a key.
     *
     * @param single whether the key has one scalar, which is then taken literally and not parsed as YAML
     * @param leaf whether the key has a variable; sections have none
     */
    @Nullable
    Node find(String key, boolean single, boolean leaf, Findings findings) {
        String flag = flags.get(key);
        String value = flag == null && leaf ? environment.get(variable(key)) : flag;
        if (value == null) {
            return null;
        }
        Origin origin = flag == null ? ofVariable(key) : ofFlag(key);
        return single ? new Scalar(origin, value) : YamlTree.parse(value, line -> origin, key, findings);
    }

    /** The first override of a setting inside this section, or null. */
    @Nullable
    Origin firstInside(Class<?> section, String key) {
        for (String flag : flags.keySet()) {
            if (flag.startsWith(key + ".")) {
                return ofFlag(flag);
            }
        }
        for (SettingKey inner : SettingKey.inside(section, key)) {
            if (environment.containsKey(variable(inner.path()))) {
                return ofVariable(inner.path());
            }
        }
        return null;
    }

    /** The names that flags add to the map with this key, each with its first flag. */
    Map<String, Origin> namesInside(String key) {
        Map<String, Origin> names = new LinkedHashMap<>();
        for (String flag : flags.keySet()) {
            if (flag.startsWith(key + ".")) {
                names.putIfAbsent(flag.substring(key.length() + 1).split("\\.", 2)[0], ofFlag(flag));
            }
        }
        return names;
    }

    private static Origin ofFlag(String key) {
        return new Origin("--set " + key, 0, key);
    }

    private static Origin ofVariable(String key) {
        return new Origin("environment variable " + variable(key), 0, key);
    }

    /** Reports flags that set nothing. */
    void reportUnknownFlags(Class<?> root, Findings findings) {
        List<SettingKey> keys = SettingKey.inside(root, "");
        List<String> known = keys.stream().map(SettingKey::path).toList();
        for (String flag : flags.keySet()) {
            if (flag.contains("[")) {
                findings.add(ofFlag(flag), flag, "elements of a list cannot be set one by one. Set the whole list.");
            } else if (keys.stream().noneMatch(key -> key.isSetBy(flag))) {
                findings.add(ofFlag(flag), flag, "there is no such key" + meant(flag, known));
            }
        }
    }

    /** One line for each variable that looks like a setting and sets nothing. */
    List<String> unknownVariables(Class<?> root) {
        List<SettingKey> keys = SettingKey.inside(root, "");
        List<String> known = keys.stream().map(key -> variable(key.path())).toList();
        List<String> lines = new ArrayList<>();
        for (String name : environment.keySet().stream().sorted().toList()) {
            boolean isSetting = name.startsWith(PREFIX) && !OF_THE_COMMAND.contains(name);
            if (isSetting && keys.stream().noneMatch(key -> key.isSetByVariable(name))) {
                lines.add("environment variable " + name + ": sets nothing" + meant(name, known));
            }
        }
        return lines;
    }

    private static String meant(String name, List<String> known) {
        return NearestName.of(name, known)
                .map(near -> ". Did you mean '" + near + "'?")
                .orElse("");
    }
}
