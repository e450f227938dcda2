package io.sluice.dataservice.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One statement of an author, cut into the text that a driver takes and the parameters in it.
 *
 * @param parts the text between parameters, always one more than there are parameters
 * @param parameters the name of each place, in order; a name may come more than once
 * @param words the unquoted words in upper case, each with a {@code (} behind it if that is what follows
 */
public record SqlText(List<String> parts, List<String> parameters, List<String> words) {

    /** What a statement does. */
    public enum Kind {
        /** Reads. */
        SELECT,
        /** Adds rows. */
        INSERT,
        /** Changes rows. */
        UPDATE,
        /** Removes rows. */
        DELETE,
        /** Adds or changes rows. */
        MERGE,
        /** Anything else. */
        OTHER
    }

    /** Makes the lists immutable. */
    public SqlText {
        parts = List.copyOf(parts);
        parameters = List.copyOf(parameters);
        words = List.copyOf(words);
    }

    /**
     * Cuts a text.
     *
     * @throws SqlRefused for more than one statement, positional parameters, and text whose end databases do not agree about
     */
    public static SqlText parse(String sql) throws SqlRefused {
        return new Cutter(sql).cut();
    }

    /** What the statement does; a WITH is what its data-changing word says, if there is one. */
    public Kind kind() {
        String first = words.isEmpty() ? "" : words.get(0).replace("(", "");
        if (first.equals("WITH")) {
            return words.stream()
                    .map(SqlText::kindOf)
                    .filter(SqlText::changes)
                    .findFirst()
                    .orElse(Kind.SELECT);
        }
        return first.equals("VALUES") ? Kind.SELECT : kindOf(first);
    }

    private static boolean changes(Kind kind) {
        return kind != Kind.OTHER && kind != Kind.SELECT;
    }

    private static Kind kindOf(String word) {
        return switch (word) {
            case "SELECT" -> Kind.SELECT;
            case "INSERT", "REPLACE" -> Kind.INSERT;
            case "UPDATE" -> Kind.UPDATE;
            case "DELETE" -> Kind.DELETE;
            case "MERGE" -> Kind.MERGE;
            default -> Kind.OTHER;
        };
    }

    /** The text for a driver, with as many {@code ?} at each place as it has values. */
    public String text(List<Integer> counts) {
        StringBuilder text = new StringBuilder(parts.get(0));
        for (int i = 0; i < parameters.size(); i++) {
            text.append("?, ".repeat(Math.max(0, counts.get(i) - 1)))
                    .append('?')
                    .append(parts.get(i + 1));
        }
        return text.toString();
    }

    /** The text with one {@code ?} at each place. */
    public String text() {
        return text(parameters.stream().map(each -> 1).toList());
    }

    private static final class Cutter {
        private final String sql;
        private final List<String> parts = new ArrayList<>();
        private final List<String> parameters = new ArrayList<>();
        private final List<String> words = new ArrayList<>();
        private StringBuilder part = new StringBuilder();
        private int at;

        private Cutter(String sql) {
            this.sql = sql;
        }

        private SqlText cut() throws SqlRefused {
            while (at < sql.length()) {
                if (!skipped() && !named() && !word()) {
                    refuseTraps();
                    part.append(sql.charAt(at++));
                }
            }
            parts.add(part.toString().strip().isEmpty() && parts.isEmpty() ? "" : part.toString());
            if (words.isEmpty()) {
                throw new SqlRefused("holds no statement");
            }
            return new SqlText(parts, parameters, words);
        }

        /** Quoted text is kept, comments become a blank, and a semicolon may only be the end. */
        private boolean skipped() throws SqlRefused {
            char each = sql.charAt(at);
            if (each == '\'' || each == '"' || each == '`') {
                quoted(each);
            } else if (starts("--")) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end;
                part.append(' ');
            } else if (starts("/*")) {
                comment();
            } else if (each == ';') {
                end();
            } else if (each == '$' && dollarTag()) {
                throw new SqlRefused("uses dollar quoting, which few databases know. Bind the text as a parameter.");
            } else {
                return false;
            }
            return true;
        }

        private void quoted(char quote) throws SqlRefused {
            int end = at + 1;
            while (end < sql.length() && sql.charAt(end) != quote) {
                if (sql.charAt(end) == '\\' && quote != '`') {
                    throw new SqlRefused(
                            "has a backslash in quoted text, which databases read differently. Bind the text as a parameter.");
                }
                end++;
            }
            if (end >= sql.length()) {
                throw new SqlRefused("has a " + quote + " that is not closed");
            }
            part.append(sql, at, end + 1); // a doubled quote is simply the next quoted text
            at = end + 1;
        }

        private void comment() throws SqlRefused {
            if (starts("/*!") || starts("/*+") || starts("/*M!")) {
                throw new SqlRefused("has a comment that some databases run ('/*!', '/*+'). Remove it.");
            }
            int end = sql.indexOf("*/", at + 2);
            if (end < 0) {
                throw new SqlRefused("has a comment that is not closed");
            }
            if (sql.substring(at + 2, end).contains("/*")) {
                throw new SqlRefused("has a comment inside a comment, which databases read differently. Remove one.");
            }
            part.append(' ');
            at = end + 2;
        }

        private void end() throws SqlRefused {
            String rest = sql.substring(at + 1);
            String bare = rest.replaceAll("--[^\\n]*", "").strip();
            if (!bare.isEmpty()) {
                throw new SqlRefused("holds more than one statement. Keep one; nothing may follow ';'.");
            }
            at = sql.length();
        }

        private boolean dollarTag() {
            int end = at + 1;
            while (end < sql.length() && isWord(sql.charAt(end))) {
                end++;
            }
            return end < sql.length() && sql.charAt(end) == '$';
        }

        private boolean named() {
            if (sql.charAt(at) != ':') {
                return false;
            }
            if (starts("::")) {
                part.append("::");
                at += 2;
                return true;
            }
            int end = at + 1;
            while (end < sql.length() && (isWord(sql.charAt(end)) || isInnerDot(end))) {
                end++;
            }
            if (end == at + 1 || Character.isDigit(sql.charAt(at + 1))) {
                return false;
            }
            parts.add(part.toString());
            part = new StringBuilder();
            parameters.add(sql.substring(at + 1, end));
            at = end;
            return true;
        }

        /** Only {@code :claim.name} has a dot; {@code :a.b} elsewhere would be a column of a row, which no parameter is. */
        private boolean isInnerDot(int index) {
            return sql.charAt(index) == '.'
                    && sql.substring(at + 1, index).equals("claim")
                    && index + 1 < sql.length()
                    && isWord(sql.charAt(index + 1));
        }

        private boolean word() {
            int end = at;
            while (end < sql.length() && isWord(sql.charAt(end))) {
                end++;
            }
            if (end == at) {
                return false;
            }
            int next = end;
            while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
                next++;
            }
            String call = next < sql.length() && sql.charAt(next) == '(' ? "(" : "";
            words.add(sql.substring(at, end).toUpperCase(Locale.ROOT) + call);
            part.append(sql, at, end);
            at = end;
            return true;
        }

        private void refuseTraps() throws SqlRefused {
            char each = sql.charAt(at);
            if (each == '?') {
                throw new SqlRefused("has a '?'. Name parameters, for example ':symbol'.");
            }
            if (each == '#' && !starts("#>")) {
                throw new SqlRefused("has a '#', which begins a comment in some databases. Use '--'.");
            }
            if (each == '{') {
                throw new SqlRefused("has a '{', which drivers translate. Write the database's own SQL.");
            }
            if (each == '\\') {
                throw new SqlRefused("has a backslash outside quoted text. Remove it.");
            }
        }

        private boolean starts(String text) {
            return sql.startsWith(text, at);
        }

        private static boolean isWord(char each) {
            return Character.isLetterOrDigit(each) || each == '_';
        }
    }
}
