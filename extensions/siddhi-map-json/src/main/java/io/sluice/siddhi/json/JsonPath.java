package io.sluice.siddhi.json;

import java.util.ArrayList;
import java.util.List;

/**
 * A path to one place in a JSON value: {@code $.a.b}, {@code a.b}, {@code $['a b'].c}, {@code $.a[0].b} or {@code $} for the value itself.
 * Wildcards, filters, slices, negative indexes, {@code ..} and functions are refused: one pass over the document could not answer them.
 *
 * @param text as written in the app
 * @param steps from the outside in
 */
record JsonPath(String text, List<Step> steps) {

    /** One way down. */
    sealed interface Step {
        /** Into the member of an object. */
        record Member(String name) implements Step {}

        /** Into the element of an array, counted from 0. */
        record Element(int index) implements Step {}
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static JsonPath parse(String text) {
        return new JsonPath(text, new Scanner(text.trim()).steps());
    }

    private static final class Scanner {
        private final String text;
        private final List<Step> steps = new ArrayList<>();
        private int at;

        private Scanner(String text) {
            this.text = text;
        }

        private List<Step> steps() {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("path is empty");
            }
            if (text.equals("$") || text.startsWith("$.") || text.startsWith("$[")) {
                at = 1;
            } else if (text.charAt(0) != '[') {
                name();
            }
            while (at < text.length()) {
                if (text.charAt(at) == '.') {
                    at++;
                    name();
                } else {
                    bracket();
                }
            }
            return List.copyOf(steps);
        }

        private void name() {
            int end = at;
            while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
                end++;
            }
            String name = text.substring(at, end);
            if (name.isEmpty() || name.equals("*") || name.endsWith(")") || name.endsWith("]")) {
                throw unsupported();
            }
            steps.add(new Step.Member(name));
            at = end;
        }

        private void bracket() {
            if (text.charAt(at) != '[' || at + 1 == text.length()) {
                throw unsupported();
            }
            char quote = text.charAt(at + 1);
            boolean quoted = quote == '\'' || quote == '"';
            int end = quoted ? text.indexOf(quote + "]", at + 2) : text.indexOf(']', at);
            if (end < 0) {
                throw unsupported();
            }
            if (quoted) {
                steps.add(new Step.Member(text.substring(at + 2, end)));
                at = end + 2;
            } else {
                steps.add(new Step.Element(index(text.substring(at + 1, end).trim())));
                at = end + 1;
            }
        }

        private int index(String digits) {
            try {
                int index = Integer.parseInt(digits);
                if (index >= 0) {
                    return index;
                }
            } catch (NumberFormatException notAnIndex) {
                throw unsupported();
            }
            throw unsupported();
        }

        private IllegalArgumentException unsupported() {
            return new IllegalArgumentException(
                    "'" + text + "' is not a path that can be read in one pass at character " + (at + 1)
                            + "; use the forms $.a.b, a.b, $['a'] and $.a[0].b");
        }
    }
}
