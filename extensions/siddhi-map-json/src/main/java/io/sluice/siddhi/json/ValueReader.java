package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.siddhi.query.api.definition.Attribute;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the JSON value at which a parser stands into the value of an attribute; the rules are those of {@link JsonSourceMapper}. */
final class ValueReader {

    private final boolean textual;

    /** @param textual whether a number or boolean may also be written as text, {@code "55"} */
    ValueReader(boolean textual) {
        this.textual = textual;
    }

    /** Reads the value; afterwards the parser stands at its last token. */
    @Nullable
    Object read(JsonParser parser, Attribute attribute) throws IOException, Misfit {
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return null;
        }
        return switch (attribute.getType()) {
            case STRING -> text(parser);
            case INT -> (int) whole(parser, attribute, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(parser, attribute, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> floatValue(parser, attribute);
            case DOUBLE -> doubleValue(parser, attribute);
            case BOOL -> bool(parser, attribute);
            case OBJECT -> tree(parser);
        };
    }

    private static String text(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return parser.getText();
        }
        return structure(parser);
    }

    /** The object or array at which the parser stands, without white space, its numbers as written. */
    static String structure(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JsonFormat.FACTORY.createGenerator(text)) {
            generator.copyCurrentStructureExact(parser);
        }
        return text.toString();
    }

    private long whole(JsonParser parser, Attribute attribute, long lowest, long highest) throws IOException, Misfit {
        if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw outOfRange(parser, attribute);
            }
            long value = parser.getLongValue();
            if (value < lowest || value > highest) {
                throw outOfRange(parser, attribute);
            }
            return value;
        }
        BigDecimal decimal = decimal(parser, attribute);
        if (decimal.signum() == 0) {
            return 0;
        }
        if (decimal.precision() - (long) decimal.scale() > 19) {
            throw outOfRange(parser, attribute);
        }
        try {
            long value = decimal.longValueExact();
            if (value >= lowest && value <= highest) {
                return value;
            }
        } catch (ArithmeticException fractionOrTooLarge) {
            if (decimal.stripTrailingZeros().scale() > 0) {
                throw misfit(parser, attribute, "expected a whole number", "a fraction");
            }
        }
        throw outOfRange(parser, attribute);
    }

    private BigDecimal decimal(JsonParser parser, Attribute attribute) throws IOException, Misfit {
        if (parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
            return parser.getDecimalValue();
        }
        if (textual && parser.hasToken(JsonToken.VALUE_STRING)) {
            String text = parser.getText().trim();
            if (text.length() <= JsonFormat.LONGEST_NUMBER) {
                try {
                    return new BigDecimal(text);
                } catch (NumberFormatException noNumber) {
                    throw misfit(parser, attribute, "expected a number", "text that is not one");
                }
            }
        }
        throw misfit(parser, attribute, "expected a number", Misfit.kind(parser.currentToken()));
    }

    private Double doubleValue(JsonParser parser, Attribute attribute) throws IOException, Misfit {
        double value;
        if (parser.currentToken().isNumeric()) {
            value = parser.getDoubleValue();
        } else if (isNonFinite(parser)) {
            return Double.valueOf(parser.getText());
        } else {
            value = decimal(parser, attribute).doubleValue();
        }
        if (Double.isInfinite(value)) {
            throw outOfRange(parser, attribute);
        }
        return value;
    }

    /** Not by way of double: that would round twice. */
    private Float floatValue(JsonParser parser, Attribute attribute) throws IOException, Misfit {
        float value;
        if (parser.currentToken().isNumeric()) {
            value = parser.getFloatValue();
        } else if (isNonFinite(parser)) {
            return Float.valueOf(parser.getText());
        } else {
            value = decimal(parser, attribute).floatValue();
        }
        if (Float.isInfinite(value)) {
            throw outOfRange(parser, attribute);
        }
        return value;
    }

    private static boolean isNonFinite(JsonParser parser) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return false;
        }
        String text = parser.getText();
        return text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
    }

    private Boolean bool(JsonParser parser, Attribute attribute) throws IOException, Misfit {
        if (parser.currentToken().isBoolean()) {
            return parser.getBooleanValue();
        }
        if (textual && parser.hasToken(JsonToken.VALUE_STRING)) {
            String text = parser.getText().trim();
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
        }
        throw misfit(parser, attribute, "expected true or false", Misfit.kind(parser.currentToken()));
    }

    /** Depth is bounded by the parser's constraints. */
    private static @Nullable Object tree(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    parser.nextToken();
                    map.put(name, tree(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(tree(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private static Misfit outOfRange(JsonParser parser, Attribute attribute) {
        return misfit(
                parser,
                attribute,
                "expected a number in the range of "
                        + attribute.getType().name().toLowerCase(Locale.ROOT),
                "one outside");
    }

    private static Misfit misfit(JsonParser parser, Attribute attribute, String expected, String found) {
        return Misfit.at(
                parser,
                expected + " for attribute " + attribute.getName() + " ("
                        + attribute.getType().name().toLowerCase(Locale.ROOT) + "), found " + found);
    }
}
