package io.sluice.dataservice.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.ParameterFile;
import io.sluice.dataservice.sql.BoundValue;
import io.sluice.dataservice.sql.ValueType;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One declared parameter: turns what a request says into values to bind, or into a problem that names it. Thread-safe. */
final class Parameter {

    private static final Pattern RELATIVE = Pattern.compile("now(?:([+-])(\\d{1,9})(s|m|h|d))?");

    private final String name;
    private final ParameterFile file;
    private final @Nullable Pattern pattern;
    private final Clock clock;

    Parameter(String name, ParameterFile file, Clock clock) {
        this.name = name;
        this.file = file;
        this.pattern = file.pattern() == null ? null : Pattern.compile(file.pattern());
        this.clock = clock;
    }

    /** From path or query. */
    List<BoundValue> fromTexts(List<String> texts) {
        if (texts.isEmpty()) {
            return byDefault();
        }
        if (!file.list() && texts.size() > 1) {
            throw invalid("is given " + texts.size() + " times, once is allowed");
        }
        if (texts.size() > file.maxItems()) {
            throw invalid("has " + texts.size() + " values, at most " + file.maxItems() + " are allowed");
        }
        List<BoundValue> values = new ArrayList<>();
        for (String text : texts) {
            values.add(bound(checked(text)));
        }
        return values;
    }

    /** From a body; null where the body does not have it. */
    List<BoundValue> fromJson(@Nullable JsonNode node) {
        if (node == null) {
            return byDefault();
        }
        if (node.isNull()) {
            if (!"null".equals(file.byDefault())) {
                throw invalid("must not be null");
            }
            return List.of(bound(null));
        }
        if (!node.isArray()) {
            return List.of(bound(checked(textOf(node))));
        }
        List<String> texts = new ArrayList<>();
        node.forEach(each -> texts.add(textOf(each)));
        if (texts.isEmpty() || !file.list()) {
            throw invalid(file.list() ? "is an empty list, at least one value is needed" : "must be a single value");
        }
        return fromTexts(texts);
    }

    /** The JSON type must fit, so that {@code "12"} is not a number nor 12 a text. */
    private String textOf(JsonNode node) {
        boolean fits = file.type().numeric()
                ? node.isNumber()
                : file.type() == ValueType.BOOLEAN ? node.isBoolean() : node.isTextual();
        if (!fits) {
            throw invalid("has the wrong JSON type; it is " + file.type().described());
        }
        return node.isBigDecimal() ? node.decimalValue().toString() : node.asText();
    }

    private List<BoundValue> byDefault() {
        String text = file.byDefault();
        if (text == null) {
            throw invalid("is missing; it is " + file.type().described());
        }
        return List.of(bound(defaultOf(text)));
    }

    private @Nullable Object defaultOf(String text) {
        if (text.equals("null")) {
            return null;
        }
        Matcher relative = RELATIVE.matcher(text);
        if (file.type() != ValueType.TIMESTAMP || !relative.matches()) {
            return file.type().parse(text);
        }
        Instant now = clock.instant();
        if (relative.group(1) == null) {
            return now;
        }
        long seconds = Long.parseLong(relative.group(2))
                * switch (relative.group(3)) {
                    case "s" -> 1L;
                    case "m" -> 60L;
                    case "h" -> 3600L;
                    default -> 86_400L;
                };
        return now.plusSeconds(relative.group(1).equals("-") ? -seconds : seconds);
    }

    /** What is wrong with the default of a service file, or null. */
    @Nullable
    String problemOfDefault() {
        try {
            if (file.byDefault() != null) {
                defaultOf(file.byDefault());
            }
            return null;
        } catch (IllegalArgumentException malformed) {
            return "'" + file.byDefault() + "' " + malformed.getMessage();
        }
    }

    private Object checked(String text) {
        Object value;
        try {
            value = file.type().parse(text);
        } catch (IllegalArgumentException malformed) {
            throw invalid(String.valueOf(malformed.getMessage()));
        }
        if (!file.oneOf().isEmpty() && !file.oneOf().contains(text)) {
            throw invalid("must be one of " + file.oneOf());
        }
        if (value instanceof String string) {
            checkText(string);
        } else if (value instanceof Number number) {
            checkNumber(new BigDecimal(number.toString()));
        }
        return value;
    }

    private void checkText(String text) {
        if (text.length() < file.minLength() || text.length() > file.maxLength()) {
            throw invalid("has " + text.length() + " characters, allowed are " + file.minLength() + " to "
                    + file.maxLength());
        }
        if (pattern != null && !pattern.matcher(text).matches()) {
            throw invalid("does not match " + pattern);
        }
    }

    private void checkNumber(BigDecimal number) {
        Double minimum = file.minimum();
        Double maximum = file.maximum();
        if (minimum != null && number.compareTo(BigDecimal.valueOf(minimum)) < 0) {
            throw invalid("must be at least " + plain(minimum));
        }
        if (maximum != null && number.compareTo(BigDecimal.valueOf(maximum)) > 0) {
            throw invalid("must be at most " + plain(maximum));
        }
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private BoundValue bound(@Nullable Object value) {
        return new BoundValue(file.type(), file.storedAs(), false, value);
    }

    private ProblemException invalid(String problem) {
        return new ProblemException(DataError.PARAMETER_INVALID, "parameter '" + name + "' " + problem);
    }
}
