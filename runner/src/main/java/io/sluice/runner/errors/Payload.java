package io.sluice.runner.errors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a source received or a sink was about to send, as text. Never a serialised Java object.
 *
 * @param form how the text is to be read
 * @param text the text, or the bytes in Base64
 */
public record Payload(Form form, String text) {

    /** How the text of a payload is to be read. */
    public enum Form {
        /** It was a string. */
        STRING,
        /** It was bytes, which are this text in UTF-8. */
        UTF8,
        /** It was bytes that are no text; this is their Base64. */
        BASE64,
        /** It was an object of a mapper; this only describes it, so it cannot be replayed. */
        DESCRIBED
    }

    /** What Siddhi hands over; null where there is nothing. */
    static @Nullable Payload of(@Nullable Object payload) {
        if (payload == null) {
            return null;
        }
        if (payload instanceof String text) {
            return ofText(text);
        }
        if (payload instanceof byte[] bytes) {
            return ofBytes(bytes);
        }
        if (payload instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return ofBytes(bytes);
        }
        return described(payload);
    }

    /** Only a description, of anything. */
    static Payload described(@Nullable Object payload) {
        return new Payload(Form.DESCRIBED, String.valueOf(payload).replace('\0', ' '));
    }

    /** As the app got it: a string or bytes; null where it was neither. */
    @Nullable
    Object value() {
        return switch (form) {
            case STRING -> text;
            case UTF8 -> text.getBytes(StandardCharsets.UTF_8);
            case BASE64 -> Base64.getDecoder().decode(text);
            case DESCRIBED -> null;
        };
    }

    /** Whether its text can be changed and still be understood. */
    boolean isText() {
        return form == Form.STRING || form == Form.UTF8;
    }

    /** Another text, of the same kind. */
    Payload edited(String other) {
        return new Payload(form, other);
    }

    /** PostgreSQL takes no NUL in a text. */
    private static Payload ofText(String text) {
        return text.indexOf('\0') < 0 ? new Payload(Form.STRING, text) : base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Payload ofBytes(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0 ? new Payload(Form.UTF8, text) : base64(bytes);
        } catch (CharacterCodingException binary) {
            return base64(bytes);
        }
    }

    private static Payload base64(byte[] bytes) {
        return new Payload(Form.BASE64, Base64.getEncoder().encodeToString(bytes));
    }
}
