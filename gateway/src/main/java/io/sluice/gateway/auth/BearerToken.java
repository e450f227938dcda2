package io.sluice.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token of a request, or why there is none. Two carriers are always read, the others only where an API takes them:
 *
 * <ol>
 *   <li>{@code Authorization: Bearer <token>} (RFC 6750, section 2.1; the scheme in any case),
 *   <li>for browsers, which cannot set that header on a WebSocket: one of the offered subprotocols is {@code bearer.<token>}. With a dot in it,
 *       {@code <token>} is the token itself, as a JWT is; without a dot it is the base64url form of the token, without padding, which carries
 *       tokens whose characters are not allowed in a subprotocol name.
 * </ol>
 *
 * <p>A request that uses both carriers, or one twice, is {@link Ambiguous} (RFC 6750, section 2).
 */
public sealed interface BearerToken {

    /** The longest token that is looked at, in characters. */
    int MAX_LENGTH = 8_192;

    /** The start of the subprotocol that carries a token. */
    String SUBPROTOCOL_PREFIX = "bearer.";

    /** Where a token was found. */
    enum Carrier {
        /** The {@code Authorization} header. */
        AUTHORIZATION,
        /** The {@code Authorization} header with the scheme {@code DPoP} (RFC 9449, section 7.1). */
        DPOP,
        /** The {@code Sec-WebSocket-Protocol} header; the server must not choose that subprotocol unless there is no other. */
        SUBPROTOCOL,
        /** A one-time ticket in the query. */
        TICKET,
        /** The query parameter {@code access_token} (RFC 6750, section 2.3), only where an API takes it. */
        QUERY,
        /** The header {@value Credentials#API_KEY_HEADER}, only where an API takes it. */
        API_KEY
    }

    /** One token, not yet verified. Its {@code toString()} shows the carrier only. */
    record Found(String token, Carrier carrier) implements BearerToken {
        @Override
        public String toString() {
            return "Found[" + carrier + "]";
        }
    }

    /** No token at all, or credentials of another scheme: 401 without an error code. */
    record Missing() implements BearerToken {}

    /** More than one place holds credentials: 400 {@code invalid_request}. */
    record Ambiguous(String reason) implements BearerToken {}

    /** There is a token, but it cannot be one: 401 {@code invalid_token}. The reason holds nothing of the token. */
    record Malformed(String reason) implements BearerToken {}

    /**
     * Finds the token.
     *
     * @param authorization every value of the header {@code Authorization}, in order
     * @param subprotocols every value of the header {@code Sec-WebSocket-Protocol}, in order; each may hold a list
     */
    static BearerToken find(List<String> authorization, List<String> subprotocols) {
        if (authorization.size() > 1) {
            return new Ambiguous("more than one Authorization header");
        }
        List<String> carried = new ArrayList<>();
        for (String name : names(subprotocols)) {
            if (name.startsWith(SUBPROTOCOL_PREFIX)) {
                carried.add(name.substring(SUBPROTOCOL_PREFIX.length()));
            }
        }
        String header = authorization.isEmpty() ? "" : authorization.get(0);
        String bound = credentials(header, "DPoP");
        String credentials = bound == null ? credentials(header, "Bearer") : bound;
        int places = carried.size() + (credentials == null ? 0 : 1);
        if (places > 1) {
            return new Ambiguous(
                    "the token must come once, in Authorization or as a subprotocol, not in " + places + " places");
        }
        if (credentials != null) {
            return checked(credentials, bound == null ? Carrier.AUTHORIZATION : Carrier.DPOP);
        }
        return carried.isEmpty() ? new Missing() : fromSubprotocol(carried.get(0));
    }

    /**
     * Finds the token wherever it may be. What an API does not take is as if it had not come.
     *
     * @param ticket whether a ticket is taken
     * @param query whether the query parameter is taken
     * @param apiKey whether an API key is taken
     */
    static BearerToken find(Credentials credentials, boolean ticket, boolean query, boolean apiKey) {
        List<BearerToken> found = new ArrayList<>();
        BearerToken usual = find(credentials.authorization(), credentials.subprotocols());
        if (!(usual instanceof Missing)) {
            found.add(usual);
        }
        if (ticket) {
            credentials.tickets().forEach(value -> found.add(checked(value, Carrier.TICKET)));
        }
        if (query) {
            credentials.queryTokens().forEach(value -> found.add(checked(value, Carrier.QUERY)));
        }
        if (apiKey) {
            credentials.apiKeys().forEach(value -> found.add(checked(value, Carrier.API_KEY)));
        }
        if (found.size() > 1) {
            return new Ambiguous("the token must come once, not in " + found.size() + " places");
        }
        return found.isEmpty() ? new Missing() : found.get(0);
    }

    /**
     * The offered subprotocols that carry no token, in order: what the server may choose from.
     *
     * @param subprotocols every value of the header {@code Sec-WebSocket-Protocol}, in order
     */
    static List<String> otherSubprotocols(List<String> subprotocols) {
        return names(subprotocols).stream()
                .filter(name -> !name.startsWith(SUBPROTOCOL_PREFIX))
                .toList();
    }

    private static List<String> names(List<String> headers) {
        List<String> names = new ArrayList<>();
        for (String header : headers) {
            for (String name : header.split(",", -1)) {
                String trimmed = trim(name);
                if (!trimmed.isEmpty()) {
                    names.add(trimmed);
                }
            }
        }
        return names;
    }

    /** What follows the scheme, or null where the scheme is another. */
    private static @Nullable String credentials(String header, String wanted) {
        String value = trim(header);
        int end = value.indexOf(' ');
        String scheme = end < 0 ? value : value.substring(0, end);
        if (!scheme.equalsIgnoreCase(wanted)) {
            return null;
        }
        int start = scheme.length();
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        return value.substring(start);
    }

    private static BearerToken fromSubprotocol(String carried) {
        if (carried.isEmpty() || carried.length() > encodedLength(MAX_LENGTH)) {
            return checked(carried, Carrier.SUBPROTOCOL);
        }
        if (carried.indexOf('.') >= 0) {
            return checked(carried, Carrier.SUBPROTOCOL);
        }
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(carried);
            return checked(new String(decoded, StandardCharsets.ISO_8859_1), Carrier.SUBPROTOCOL);
        } catch (IllegalArgumentException notBase64) {
            return new Malformed("the subprotocol holds neither a token with a dot nor the base64url form of a token");
        }
    }

    private static BearerToken checked(String token, Carrier carrier) {
        if (token.isEmpty()) {
            return new Malformed("the token is empty");
        }
        if (token.length() > MAX_LENGTH) {
            return new Malformed("the token is longer than " + MAX_LENGTH + " characters");
        }
        if (!isToken68(token)) {
            return new Malformed("the token has characters that RFC 6750 does not allow");
        }
        return new Found(token, carrier);
    }

    /** {@code b64token} of RFC 6750, section 2.1. */
    private static boolean isToken68(String token) {
        int end = token.length();
        while (end > 0 && token.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = token.charAt(i);
            boolean letterOrDigit = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!letterOrDigit && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    private static int encodedLength(int bytes) {
        return (bytes * 4 + 2) / 3;
    }

    /** Blanks and tabs only: the optional white space of RFC 9110. */
    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
