package io.sluice.common;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the reference from what the code says about itself, so that the two cannot differ. Markdown tables without headings, or a YAML file. */
public final class ReferenceWriter {

    private ReferenceWriter() {}

    /**
     * Every setting below a root record: key, type, default and meaning, in the order of the components. {@code []} in a key stands for the
     * elements of a list, {@code <name>} for names the user chooses.
     */
    public static String settings(Class<? extends Record> root) {
        return SettingKey.inside(root, "").stream()
                .map(ReferenceWriter::row)
                .collect(Collectors.joining("", "| key | type | default | meaning |\n|---|---|---|---|\n", ""));
    }

    /**
     * A configuration file with every setting below a root record: what it means, and its default, behind a comment sign. Read as it stands, it sets nothing. The
     * names in a map and the elements of a list, which the user makes, are shown by one example.
     *
     * @param values settings that the file does make: dotted key to YAML text
     */
    public static String yaml(Class<? extends Record> root, Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        for (RecordComponent component : root.getRecordComponents()) {
            lines(component, "", values).forEach(line -> text.append(line).append('\n'));
            text.append('\n');
        }
        return text.toString();
    }

    /**
     * The lines of one setting.
     *
     * @param path of the section around it; null inside a comment, where a setting is not a comment of its own
     * @param values settings to make, by dotted key
     */
    private static List<String> lines(RecordComponent component, @Nullable String path, Map<String, String> values) {
        Setting setting = component.getAnnotation(Setting.class);
        Type type = component.getGenericType();
        String byDefault = setting == null ? Setting.REQUIRED : setting.byDefault();
        String key = SettingKey.keyOf(component);
        String here = path == null ? null : SettingKey.join(path, key);
        boolean open = here != null && SettingKey.isSection(type) && byDefault.equals(Setting.REQUIRED);
        List<String> inside = inside(type, open ? here : null, values);
        String value = here == null ? null : values.get(here);
        List<String> lines = new ArrayList<>();
        if (setting != null) {
            lines.add("# " + setting.doc());
        }
        if (value != null) {
            lines.add(key + ": " + value);
            return lines;
        }
        String comment = here != null && !open ? "#" : "";
        lines.add(comment + key + ":" + (inside.isEmpty() ? " " + shownInYaml(type, byDefault) : ""));
        inside.forEach(line -> lines.add(comment + "  " + line));
        return lines;
    }

    /** The settings of a section, or of one element of a list or map of sections. */
    private static List<String> inside(Type type, @Nullable String path, Map<String, String> values) {
        if (SettingKey.isSection(type)) {
            return Arrays.stream(((Class<?>) type).getRecordComponents())
                    .flatMap(component -> lines(component, path, values).stream())
                    .toList();
        }
        if (!(type instanceof ParameterizedType listOrMap) || !SettingKey.isSection(SettingKey.elementOf(listOrMap))) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(listOrMap.getRawType() == Map.class ? "NAME:" : "-"));
        inside(SettingKey.elementOf(listOrMap), null, values).forEach(line -> lines.add("  " + line));
        return lines;
    }

    private static String shownInYaml(Type type, String byDefault) {
        return switch (byDefault) {
            case Setting.REQUIRED -> "# " + ValueText.nameOf(type) + ", required";
            case Setting.ABSENT -> "# " + ValueText.nameOf(type);
            case "" -> "\"\"";
            default -> byDefault;
        };
    }

    /** Every error of a module: code, status and title, in the order of the constants. */
    public static <E extends Enum<E> & ErrorCode> String errors(Class<E> codes) {
        return Arrays.stream(codes.getEnumConstants())
                .map(code -> line("`" + code.code() + "`", String.valueOf(code.status()), code.title()))
                .collect(Collectors.joining("", "| code | status | title |\n|---|---|---|\n", ""));
    }

    private static String row(SettingKey key) {
        Setting setting = key.setting();
        String meaning = setting == null ? "" : setting.doc();
        String byDefault = setting == null ? Setting.REQUIRED : setting.byDefault();
        String shown = switch (byDefault) {
            case Setting.REQUIRED -> "required";
            case Setting.ABSENT -> "none";
            case "" -> "empty";
            default -> "`" + byDefault + "`";
        };
        return line("`" + key.path() + "`", ValueText.nameOf(key.type()), shown, meaning);
    }

    private static String line(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
