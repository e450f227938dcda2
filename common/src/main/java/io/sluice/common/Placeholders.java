package io.sluice.common;

import io.sluice.common.Findings.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${NAME}}, {@code ${NAME:default}}, {@code ${env:NAME}} and {@code ${file:/path}} in a scalar; {@code $${} stands for a literal
 * {@code ${}. What comes in this way is not searched again, so a password may contain any character.
 */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final Pattern VARIABLE =
            Pattern.compile("(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?", Pattern.DOTALL);
    private static final String FILE = "file:";

    private final Map<String, String> environment;
    private final Path folder;

    /** @param folder what relative paths in {@code ${file:…}} are relative to */
    Placeholders(Map<String, String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    /** The text with everything filled in, or null if something could not be, which is then among the findings. */
    @Nullable
    String resolve(String text, Origin origin, String key, Findings findings) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder resolved = new StringBuilder();
        boolean complete = true;
        while (matcher.find()) {
            String replacement = matcher.group(1) == null ? "${" : null;
            if (replacement == null) {
                try {
                    replacement = valueOf(matcher.group(1), !matcher.group(2).isEmpty());
                } catch (Unresolved unresolved) {
                    findings.add(origin, key, String.valueOf(unresolved.getMessage()));
                    complete = false;
                    replacement = "";
                }
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(replacement));
        }
        return complete ? matcher.appendTail(resolved).toString() : null;
    }

    private String valueOf(String expression, boolean closed) throws Unresolved {
        if (!closed) {
            throw new Unresolved("'${" + expression + "' has no closing brace. Write '$${' for a literal '${'.");
        }
        if (expression.startsWith(FILE)) {
            return contentOf(expression.substring(FILE.length()));
        }
        Matcher variable = VARIABLE.matcher(expression);
        if (!variable.matches()) {
            throw new Unresolved(
                    "'${" + expression + "}' is not a placeholder. Use '${NAME}', '${NAME:default}', '${env:NAME}' or"
                            + " '${file:/path}', or write '$${' for a literal '${'.");
        }
        String value = environment.getOrDefault(variable.group(1), variable.group(2));
        if (value == null) {
            throw new Unresolved("environment variable " + variable.group(1)
                    + " is not set. Set it, or give a default: '${" + expression + ":…}'.");
        }
        return value;
    }

    private String contentOf(String name) throws Unresolved {
        try {
            return Files.readString(folder.resolve(name), StandardCharsets.UTF_8)
                    .stripTrailing();
        } catch (NoSuchFileException missing) {
            throw new Unresolved("file '" + name + "' named by '${file:" + name + "}' does not exist");
        } catch (IOException | InvalidPathException unreadable) {
            throw new Unresolved("file '" + name + "' named by '${file:" + name + "}' cannot be read: " + unreadable);
        }
    }

    private static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;

        private Unresolved(String message) {
            super(message);
        }
    }
}
