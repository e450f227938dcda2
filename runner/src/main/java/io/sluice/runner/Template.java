package io.sluice.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of an app with {@code ${NAME}} and {@code ${NAME:default}} filled in. It remembers where each part came from, so that a place that the
 * compiler names can be found in the file. Variables in comments are left alone.
 */
final class Template {

    /** A place in a text; both numbers count from 1. */
    record Place(int line, int column) {
        static final Place START = new Place(1, 1);
    }

    /** A variable that has neither a value nor a default. */
    record Unknown(String variable, Place place) {}

    /** From {@code filled} on, the filled text comes from {@code original}; a value comes whole from the place of its variable. */
    private record Segment(int filled, int original, boolean value) {}

    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>--[^\\n]*|/\\*.*?\\*/)" // as in Siddhi's grammar
                    + "|(?<text>\"\"\".*?\"\"\"|\"[^\"\\n]*\"|'[^'\\n]*')"
                    + "|(?<variable>\\$\\{(?<name>\\w+)(?::(?<default>[^}]*))?})",
            Pattern.DOTALL);
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{(?<name>\\w+)(?::(?<default>[^}]*))?}", Pattern.DOTALL);

    private final String original;
    private final StringBuilder filled = new StringBuilder();
    private final List<Segment> segments = new ArrayList<>();
    private final List<Unknown> unknown = new ArrayList<>();

    /**
     * Fills in the variables.
     *
     * @param original the text of the file
     * @param values answers null for a variable it does not know
     */
    Template(String original, Function<String, @Nullable String> values) {
        this.original = original;
        int done = 0;
        Matcher token = TOKEN.matcher(original);
        while (token.find()) {
            if (token.group("comment") != null) {
                continue;
            }
            Matcher variable = VARIABLE.matcher(original).region(token.start(), token.end());
            while (variable.find()) {
                copy(done, variable.start());
                fill(variable, values);
                done = variable.end();
            }
        }
        copy(done, original.length());
    }

    /** The text for the compiler. */
    String text() {
        return filled.toString();
    }

    /** Variables without a value, in the order of the text. */
    List<Unknown> unknown() {
        return List.copyOf(unknown);
    }

    /** The place in the file of a place in {@link #text()}; places outside the text give the nearest one inside. */
    Place inFile(Place place) {
        int offset = offset(filled, place);
        Segment source = new Segment(0, 0, false);
        for (Segment segment : segments) {
            if (segment.filled() <= offset) {
                source = segment;
            }
        }
        int back = source.value() ? 0 : offset - source.filled();
        return place(original, source.original() + back);
    }

    private void copy(int from, int to) {
        if (from < to) {
            segments.add(new Segment(filled.length(), from, false));
            filled.append(original, from, to);
        }
    }

    private void fill(Matcher variable, Function<String, @Nullable String> values) {
        String name = variable.group("name");
        String value = values.apply(name);
        if (value == null) {
            value = variable.group("default");
        }
        if (value == null) {
            unknown.add(new Unknown(name, place(original, variable.start())));
            value = "";
        }
        segments.add(new Segment(filled.length(), variable.start(), true));
        filled.append(value);
    }

    private static int offset(CharSequence text, Place place) {
        int line = 1;
        int offset = 0;
        while (line < place.line() && offset < text.length()) {
            if (text.charAt(offset++) == '\n') {
                line++;
            }
        }
        return Math.min(text.length(), offset + Math.max(0, place.column() - 1));
    }

    private static Place place(CharSequence text, int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset && i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Place(line, column);
    }
}
