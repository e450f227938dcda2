package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/** A JSON value that is well formed but is not an event of the stream. The message holds path, reason and place; there is no stack trace. */
final class Misfit extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    Misfit(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** Path, reason and place. */
    String reason() {
        return reason;
    }

    /** A misfit of the value at which the parser stands: {@code $.event.amount: <reason> at line 1, column 27}. */
    static Misfit at(JsonParser parser, String reason) {
        return new Misfit(path(parser.getParsingContext()) + ": " + reason + place(parser.currentTokenLocation()));
    }

    /** {@code  at line 1, column 27}, or nothing where the place is not known. */
    static String place(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 0
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** What kind of value a token begins, in the words of JSON. */
    static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case VALUE_STRING -> "text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> token.name();
        };
    }

    private static String path(@Nullable JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return "$";
        }
        String parent = path(context.getParent());
        if (context.inArray()) {
            return context.hasCurrentIndex() ? parent + "[" + context.getCurrentIndex() + "]" : parent;
        }
        String name = context.getCurrentName();
        return name == null ? parent : parent + member(name);
    }

    private static String member(String name) {
        boolean plain = !name.isEmpty() && name.chars().allMatch(Character::isJavaIdentifierPart);
        return plain ? "." + name : "['" + name + "']";
    }
}
