package io.sluice.common;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes the reference from what the code says about itself, so that the two cannot differ. Markdown tables, without headings. */
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
