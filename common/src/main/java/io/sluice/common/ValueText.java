package io.sluice.common;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The written form of every single value that a setting can have, both ways. */
final class ValueText {

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d[\\d_]{0,24}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,18}) ?(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /** Single values and how the reference calls them. */
    private static final Map<Class<?>, String> TYPES = Map.ofEntries(
            Map.entry(String.class, "text"),
            Map.entry(int.class, "whole number"),
            Map.entry(Integer.class, "whole number"),
            Map.entry(long.class, "whole number"),
            Map.entry(Long.class, "whole number"),
            Map.entry(double.class, "number"),
            Map.entry(Double.class, "number"),
            Map.entry(boolean.class, "true or false"),
            Map.entry(Boolean.class, "true or false"),
            Map.entry(Duration.class, "duration"),
            Map.entry(DataSize.class, "size"),
            Map.entry(URI.class, "URI"),
            Map.entry(Path.class, "path"),
            Map.entry(Secret.class, "secret text"));

    private ValueText() {}

    /** Whether a setting of this type is one scalar. */
    static boolean isSingle(Type type) {
        return type instanceof Class<?> single && (TYPES.containsKey(single) || single.isEnum());
    }

    /**
     * Reads one scalar.
     *
     * @param folder what a relative path is relative to
     * @throws IllegalArgumentException saying what is wrong and what to write, to be put after the value
     */
    static Object read(Class<?> type, String text, Path folder) {
        if (type.isEnum()) {
            return readEnum(type, text);
        }
        return switch (TYPES.getOrDefault(type, "")) {
            case "text" -> text;
            case "secret text" -> new Secret(text);
            case "whole number" -> readInteger(type, text);
            case "number" -> readDecimal(text);
            case "true or false" -> readBoolean(text);
            case "duration" -> readDuration(text);
            case "size" -> DataSize.parse(text);
            case "URI" -> readUri(text);
            case "path" -> readPath(text, folder);
            default -> throw new IllegalStateException(type + " is not a type of a setting");
        };
    }

    /** The written form of a value that {@link #read} gave. */
    static String write(Object value) {
        if (value instanceof Duration duration) {
            return write(duration);
        }
        if (value instanceof Enum<?> constant) {
            return kebab(constant);
        }
        if (value instanceof URI uri && uri.getRawUserInfo() != null) {
            return uri.toString().replace("//" + uri.getRawUserInfo() + "@", "//" + new Secret("") + "@");
        }
        return value.toString();
    }

    /** How the reference calls a type. */
    static String nameOf(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return (generic.getRawType() == List.class ? "list of " : "map of ")
                    + nameOf(arguments[arguments.length - 1]);
        }
        if (type instanceof Class<?> single && single.isEnum()) {
            return constants(single).stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        }
        return type instanceof Class<?> single ? TYPES.getOrDefault(single, "section") : type.getTypeName();
    }

    private static Object readInteger(Class<?> type, String text) {
        boolean small = type == int.class || type == Integer.class;
        if (!INTEGER.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a whole number");
        }
        try {
            long number = Long.parseLong(text.replace("_", ""));
            return small ? (Object) Math.toIntExact(number) : (Object) number;
        } catch (ArithmeticException | NumberFormatException outOfRange) {
            long limit = small ? Integer.MAX_VALUE : Long.MAX_VALUE;
            throw new IllegalArgumentException("is too large or too small. The limit is " + limit + ".", outOfRange);
        }
    }

    private static double readDecimal(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a number");
        }
        return Double.parseDouble(text);
    }

    private static boolean readBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("is not a truth value. Write true or false.");
        }
        return text.equals("true");
    }

    private static Duration readDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "is not a duration. Use a number and a unit, for example '250ms', '2s', '5m' or '1h'.");
        }
        try {
            long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
            return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException tooLong) {
            throw new IllegalArgumentException("is longer than any duration", tooLong);
        }
    }

    private static String write(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : List.of("d", "h", "m", "s")) {
            long length = MILLIS.getOrDefault(unit, 1L);
            if (millis != 0 && millis % length == 0) {
                return millis / length + unit;
            }
        }
        return millis + "ms";
    }

    private static URI readUri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("is not a URI: " + malformed.getReason(), malformed);
        }
    }

    private static Path readPath(String text, Path folder) {
        try {
            return folder.resolve(text).toAbsolutePath().normalize();
        } catch (InvalidPathException malformed) {
            throw new IllegalArgumentException("is not a path: " + malformed.getReason(), malformed);
        }
    }

    private static Object readEnum(Class<?> type, String text) {
        List<String> names = constants(type);
        int index = names.indexOf(text);
        if (index < 0) {
            String meant = NearestName.of(text, names)
                    .map(name -> " Did you mean '" + name + "'?")
                    .orElse("");
            throw new IllegalArgumentException("is none of '" + String.join("', '", names) + "'." + meant);
        }
        return type.getEnumConstants()[index];
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> kebab((Enum<?>) constant))
                .toList();
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
