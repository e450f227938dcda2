package io.sluice.runner;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that the text of an app holds, recognised by the names before them ({@code password='…'}, {@code sasl.jaas.config}, {@code api.key:…}), and
 * their removal from messages: engine, extensions and client libraries quote what they were given. Works on text that no compiler understands, too.
 */
public final class Secrets {

    private static final String MASK = "***";
    private static final int SHORTEST = 3; // what is shorter protects nothing, and masking it would spoil messages
    private static final String NAME =
            "[\\w.-]*(?:passw|passphrase|pwd|secret|token|credential|jaas|api[._-]?key|private[._-]?key)[\\w.-]*";
    private static final Pattern QUOTED = Pattern.compile(
            "(?i)" + NAME
                    + "['\"]?\\s*[:=]?\\s*(?:\"\"\"(?<long>.*?)\"\"\"|\"(?<double>[^\"\\n]*)\"|'(?<single>[^'\\n]*)')",
            Pattern.DOTALL);
    private static final Pattern BARE = Pattern.compile("(?i)" + NAME + "\\s*[:=]\\s*(?<value>[^\\s,;&'\")]+)");
    private static final Pattern ADDRESS = Pattern.compile("://[^\\s/:@'\"]*:(?<value>[^\\s/@'\"]+)@");

    private final Set<String> values =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Reads the text of an app, with its variables filled in. */
    Secrets(String text) {
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            for (String group : Set.of("long", "double", "single")) {
                add(quoted.group(group));
            }
        }
        Matcher bare = BARE.matcher(text);
        while (bare.find()) {
            add(bare.group("value"));
        }
        Matcher address = ADDRESS.matcher(text);
        while (address.find()) {
            add(address.group("value"));
        }
    }

    /** Those of a text that cannot be read. */
    static Secrets none() {
        return new Secrets("");
    }

    /** The message with a mask in place of each secret. */
    public String mask(String message) {
        String masked = message;
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    private void add(@Nullable String value) {
        if (value != null && value.length() >= SHORTEST) {
            values.add(value);
        }
    }
}
