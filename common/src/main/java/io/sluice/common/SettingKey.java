package io.sluice.common;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One setting that a root record can have.
 *
 * @param path the dotted key; {@code []} stands for the elements of a list and {@code <name>} for the names of a map
 * @param type the type of its value; a section is listed itself only where it may be left out as a whole
 * @param setting what its component says about it, if anything
 */
record SettingKey(String path, Type type, @Nullable Setting setting) {

    private static final String ELEMENT = "[]";
    private static final String NAME = "<name>";

    /** Every setting below a record, in the order of the components. */
    static List<SettingKey> inside(Class<?> section, String path) {
        List<SettingKey> keys = new ArrayList<>();
        for (RecordComponent component : section.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            add(keys, join(path, keyOf(component)), component.getGenericType(), setting);
        }
        return keys;
    }

    private static void add(List<SettingKey> keys, String path, Type type, @Nullable Setting setting) {
        boolean section = isSection(type);
        if (!section || (setting != null && !setting.byDefault().equals(Setting.REQUIRED))) {
            keys.add(new SettingKey(path, type, setting));
        }
        if (section) {
            keys.addAll(inside((Class<?>) type, path));
        }
        if (type instanceof ParameterizedType generic) {
            Type element = elementOf(generic);
            String elementPath = generic.getRawType() == Map.class ? join(path, NAME) : path + ELEMENT;
            if (!ValueText.isSingle(element)) {
                add(keys, elementPath, element, null);
            }
        }
    }

    /** Whether a type is a record with settings of its own. */
    static boolean isSection(Type type) {
        return type instanceof Class<?> single && single.isRecord() && !ValueText.isSingle(type);
    }

    /** What a list or a map holds. */
    static Type elementOf(ParameterizedType listOrMap) {
        Type[] arguments = listOrMap.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    /** The key of a component: what its {@link Setting#key} says, else {@code connect-timeout} for {@code connectTimeout}. */
    static String keyOf(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting != null && !setting.key().isEmpty()) {
            return setting.key();
        }
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The key of something inside a section. */
    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Whether a flag with this dotted key sets this setting, a section around it, or a scalar in its map. */
    boolean isSetBy(String flag) {
        String pattern = Pattern.quote(path).replace(NAME, "\\E[^.]+\\Q");
        return path.startsWith(flag + ".") || flag.matches(isMap() ? pattern + "(\\.[^.]+)?" : pattern);
    }

    /** Whether an environment variable sets this setting or a scalar in its map. */
    boolean isSetByVariable(String name) {
        if (path.contains(ELEMENT) || isSection(type)) {
            return false;
        }
        String pattern = Arrays.stream(path.split(Pattern.quote(NAME), -1))
                .map(part -> Overrides.variable(part).substring(Overrides.PREFIX.length()))
                .collect(Collectors.joining(".+"));
        return name.matches(Overrides.PREFIX + pattern + (isMap() ? "(_.+)?" : ""));
    }

    private boolean isMap() {
        return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
    }
}
