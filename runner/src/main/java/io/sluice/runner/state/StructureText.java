package io.sluice.runner.state;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a parsed app written out by its fields: the same for the same meaning, whatever the layout, the comments and the place in the file.
 * Siddhi's own {@code toString} leaves parts out.
 */
final class StructureText {

    private static final int LENGTH = 16;
    private static final String POSITION = "queryContext"; // fields that only say where in the text the element was
    private static final Pattern ANONYMOUS = Pattern.compile("Anonymous-[0-9a-f-]{36}"); // a random name per parse

    private final StringBuilder text = new StringBuilder();
    private final Set<String> words = new LinkedHashSet<>();

    StructureText add(@Nullable Object part) {
        write(part);
        return this;
    }

    /** All strings in it, among them the names of what it refers to. */
    Set<String> words() {
        return words;
    }

    /** First {@value #LENGTH} hexadecimal digits of the SHA-256 of the text. */
    String hash() {
        return hash(text.toString());
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private void write(@Nullable Object part) {
        if (part == null) {
            text.append("null;");
        } else if (part instanceof CharSequence word) {
            words.add(word.toString());
            text.append('"')
                    .append(ANONYMOUS.matcher(word).replaceAll("Anonymous"))
                    .append("\";");
        } else if (part instanceof Number || part instanceof Boolean || part instanceof Enum<?>) {
            text.append(part).append(';');
        } else if (part instanceof Map<?, ?> map) {
            TreeMap<String, Object> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put(String.valueOf(key), value == null ? "" : value));
            sorted.forEach((key, value) -> {
                write(key);
                write(value);
            });
        } else if (part instanceof Set<?> set) {
            write(new TreeSet<>(set.stream().map(String::valueOf).toList()).toString());
        } else if (part instanceof Collection<?> list) {
            text.append('[');
            list.forEach(this::write);
            text.append(']');
        } else if (part.getClass().isArray()) {
            text.append('[');
            for (int index = 0; index < Array.getLength(part); index++) {
                write(Array.get(part, index));
            }
            text.append(']');
        } else {
            writeFields(part);
        }
    }

    private void writeFields(Object part) {
        text.append(part.getClass().getSimpleName()).append('{');
        for (Class<?> type = part.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            Field[] fields = type.getDeclaredFields();
            Arrays.sort(fields, Comparator.comparing(Field::getName));
            for (Field field : fields) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.isSynthetic()
                        && !field.getName().startsWith(POSITION)) {
                    text.append(field.getName()).append('=');
                    write(PrivateField.read(field, part));
                }
            }
        }
        text.append('}');
    }
}
