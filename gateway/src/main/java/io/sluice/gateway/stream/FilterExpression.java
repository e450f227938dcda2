package io.sluice.gateway.stream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's own filter over the fields of events, for example {@code event.amount > 10 and not (event.name = 'honey' or event.name = 'milk')}.
 *
 * <pre>
 * expression = and {"or" and}      and = not {"and" not}      not = ["not"] (comparison | "(" expression ")")
 * comparison = field ("=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") (number | 'text' | "true" | "false" | "null")
 * field      = name {"." name}, letters, digits, '_' and '-' each; a quote in a text is doubled
 * </pre>
 *
 * Typed: a field of another type than the literal is neither equal nor smaller nor larger, and {@code !=} is then true; only numbers and texts have an order. A field
 * that is not there equals {@code null}. At most {@value #MAX_LENGTH} characters, {@value #MAX_COMPARISONS} comparisons and {@value #MAX_DEPTH} levels, so that an
 * event costs each subscriber a bounded time.
 */
final class FilterExpression {

    static final int MAX_LENGTH = 512;
    static final int MAX_COMPARISONS = 16;
    static final int MAX_DEPTH = 8;

    /** A text that is no expression; the message says why and at which character, counted from 1. */
    static final class Invalid extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private Invalid(String what, int at) {
            super(what + " at character " + (at + 1));
        }
    }

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<number>-?\\d{1,18}(?:\\.\\d{1,18})?)"
                    + "|(?<text>'(?:[^']|'')*')|(?<name>[A-Za-z_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*)|(?<sign><=|>=|!=|=|<|>|\\(|\\)))");

    private record Token(String kind, String text, int at) {}

    private final List<Token> tokens;
    private final int length;
    private int next;
    private int comparisons;

    private FilterExpression(List<Token> tokens, int length) {
        this.tokens = tokens;
        this.length = length;
    }

    /**
     * Reads an expression.
     *
     * @throws Invalid if it is none, or exceeds a bound
     */
    static Predicate<JsonNode> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new Invalid("more than " + MAX_LENGTH + " characters", MAX_LENGTH);
        }
        FilterExpression parser = new FilterExpression(tokens(text), text.length());
        Predicate<JsonNode> whole = parser.or(0);
        if (parser.next < parser.tokens.size()) {
            throw new Invalid("'and', 'or' or the end was expected", parser.at());
        }
        return whole;
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.find(end) && matcher.start() == end) {
            for (String kind : List.of("number", "text", "name", "sign")) {
                if (matcher.group(kind) != null) {
                    tokens.add(new Token(kind, matcher.group(kind), matcher.start(kind)));
                }
            }
            end = matcher.end();
        }
        String rest = text.substring(end);
        if (!rest.isBlank()) {
            throw new Invalid("a character that means nothing", end + rest.indexOf(rest.stripLeading()));
        }
        return tokens;
    }

    private Predicate<JsonNode> or(int depth) {
        Predicate<JsonNode> left = and(depth);
        while (take("or")) {
            left = left.or(and(depth));
        }
        return left;
    }

    private Predicate<JsonNode> and(int depth) {
        Predicate<JsonNode> left = not(depth);
        while (take("and")) {
            left = left.and(not(depth));
        }
        return left;
    }

    private Predicate<JsonNode> not(int depth) {
        if (depth > MAX_DEPTH) {
            throw new Invalid("more than " + MAX_DEPTH + " levels", at());
        }
        if (take("not")) {
            return not(depth + 1).negate();
        }
        if (take("(")) {
            Predicate<JsonNode> inner = or(depth + 1);
            if (!take(")")) {
                throw new Invalid("')' was expected", at());
            }
            return inner;
        }
        return comparison();
    }

    private Predicate<JsonNode> comparison() {
        int begin = at();
        if (++comparisons > MAX_COMPARISONS) {
            throw new Invalid("more than " + MAX_COMPARISONS + " comparisons", begin);
        }
        Token field = expect("name", "a field such as 'event.amount'");
        JsonPointer pointer = JsonPointer.compile("/" + field.text().replace('.', '/'));
        Token sign = expect("sign", "one of = != < <= > >=");
        if (sign.text().equals("(") || sign.text().equals(")")) {
            throw new Invalid("one of = != < <= > >= was expected", sign.at());
        }
        Object value = literal();
        if (sign.text().equals("=")) {
            return event -> equal(event.at(pointer), value);
        } else if (sign.text().equals("!=")) {
            return event -> !equal(event.at(pointer), value);
        } else if (!(value instanceof BigDecimal) && !(value instanceof String)) {
            throw new Invalid("only numbers and texts have an order", sign.at());
        }
        return event -> inOrder(order(event.at(pointer), value), sign.text());
    }

    /** A BigDecimal, a String, a Boolean, or {@link Void} for null. */
    private Object literal() {
        int begin = at();
        Token token = next < tokens.size() ? tokens.get(next++) : new Token("end", "", length);
        if (token.kind().equals("number")) {
            return new BigDecimal(token.text());
        } else if (token.kind().equals("text")) {
            return token.text().substring(1, token.text().length() - 1).replace("''", "'");
        } else if (token.text().equals("true") || token.text().equals("false")) {
            return Boolean.valueOf(token.text());
        } else if (token.text().equals("null")) {
            return Void.TYPE;
        }
        throw new Invalid("a number, a 'text', true, false or null was expected", begin);
    }

    private static boolean equal(JsonNode field, Object value) {
        if (value instanceof Boolean wanted) {
            return field.isBoolean() && field.booleanValue() == wanted;
        }
        if (value == Void.TYPE) {
            return field.isMissingNode() || field.isNull();
        }
        Integer order = order(field, value);
        return order != null && order == 0;
    }

    private static @Nullable Integer order(JsonNode field, Object value) {
        if (value instanceof BigDecimal wanted && field.isNumber()) {
            return field.isFloatingPointNumber() && !field.isBigDecimal()
                    ? Integer.valueOf(Double.compare(field.doubleValue(), wanted.doubleValue()))
                    : Integer.valueOf(field.decimalValue().compareTo(wanted));
        }
        return value instanceof String wanted && field.isTextual()
                ? Integer.valueOf(field.textValue().compareTo(wanted))
                : null;
    }

    private static boolean inOrder(@Nullable Integer order, String sign) {
        return order != null
                && switch (sign) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
    }

    private boolean take(String word) {
        if (next < tokens.size() && tokens.get(next).text().equals(word)) {
            next++;
            return true;
        }
        return false;
    }

    private Token expect(String kind, String what) {
        if (next == tokens.size() || !tokens.get(next).kind().equals(kind)) {
            throw new Invalid(what + " was expected", at());
        }
        return tokens.get(next++);
    }

    private int at() {
        return next < tokens.size() ? tokens.get(next).at() : length;
    }
}
