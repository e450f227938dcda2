package io.sluice.dataservice.call;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Path and query of a request, decoded strictly: what is not percent-encoded UTF-8 (RFC 3986) is refused, nothing is repaired. */
public final class Address {

    private static final int MAX_PARAMETERS = 200;

    private Address() {}

    /**
     * The segments of a path.
     *
     * @throws IllegalArgumentException for malformed text
     */
    public static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.replaceFirst("^/", "").split("/", -1)) {
            segments.add(decode(segment, false));
        }
        return segments;
    }

    /**
     * The parameters of a query, each with all its values in order.
     *
     * @throws IllegalArgumentException for malformed text or more than 200 values
     */
    public static Map<String, List<String>> parameters(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        String[] pairs = query.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new IllegalArgumentException("the query has more than " + MAX_PARAMETERS + " parameters");
        }
        for (String pair : pairs) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                parameters.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
            }
        }
        return parameters;
    }

    private static String decode(String text, boolean plusIsBlank) {
        if (text.indexOf('%') < 0 && (!plusIsBlank || text.indexOf('+') < 0)) {
            return text;
        }
        byte[] bytes = new byte[text.length() * 3];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '%') {
                bytes[length++] = octet(text, i);
                i += 2;
            } else if (each > 0x7E) {
                throw new IllegalArgumentException("the address has a character that must be percent-encoded");
            } else {
                bytes[length++] = (byte) (each == '+' && plusIsBlank ? ' ' : each);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("the address is not percent-encoded UTF-8", malformed);
        }
    }

    private static byte octet(String text, int at) {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException("the address has a '%' without two hexadecimal digits behind it");
        }
        return (byte) (high << 4 | low);
    }
}
