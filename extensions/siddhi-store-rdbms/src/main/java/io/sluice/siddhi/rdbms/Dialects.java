package io.sluice.siddhi.rdbms;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;

/** All dialects; finds the one for a database by its product name and version. The last that fits wins. */
final class Dialects {

    private static final List<String> FILES =
            List.of("h2", "mysql", "mariadb", "oracle", "oracle-12", "mssql", "postgresql", "db2", "derby", "teradata");

    private final List<Dialect> all = new ArrayList<>();

    /** @param system the system configuration: from key and built-in value to effective value */
    Dialects(BinaryOperator<String> system) {
        Map<String, String> common = read("default");
        for (String file : FILES) {
            Map<String, String> values = new HashMap<>(common);
            values.putAll(read(file));
            all.add(new Dialect(values.getOrDefault("name", file), values, system));
        }
    }

    List<Dialect> all() {
        return List.copyOf(all);
    }

    /**
     * The dialect of a database.
     *
     * @param product as {@code DatabaseMetaData.getDatabaseProductName()} has it
     */
    Optional<Dialect> find(String product, int major, int minor) {
        String wanted = product.toLowerCase(Locale.ROOT);
        Dialect found = null;
        for (Dialect dialect : all) {
            boolean named = Pattern.compile(dialect.name().toLowerCase(Locale.ROOT))
                    .matcher(wanted)
                    .find();
            if (named && inWindow(dialect, major, minor)) {
                found = dialect;
            }
        }
        return Optional.ofNullable(found);
    }

    private static boolean inWindow(Dialect dialect, int major, int minor) {
        String lowest = dialect.textOrNull("minVersion");
        String highest = dialect.textOrNull("maxVersion");
        return (lowest == null || compare(major, minor, lowest) >= 0)
                && (highest == null || compare(major, minor, highest) <= 0);
    }

    private static int compare(int major, int minor, String version) {
        String[] parts = version.trim().split("\\.", -1);
        int byMajor = Integer.compare(major, Integer.parseInt(parts[0]));
        if (byMajor != 0 || parts.length < 2) {
            return byMajor;
        }
        return Integer.compare(minor, Integer.parseInt(parts[1]));
    }

    private static Map<String, String> read(String file) {
        Properties properties = new Properties();
        try (InputStream resource = Dialects.class.getResourceAsStream("dialects/" + file + ".properties")) {
            if (resource == null) {
                throw new IllegalStateException("dialects/" + file + ".properties is missing from the jar");
            }
            properties.load(new InputStreamReader(resource, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
        return values;
    }
}
