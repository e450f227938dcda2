package io.sluice.websocket;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What RFC 6455 §4.2 asks of the opening request and of its answer. */
final class OpeningHandshake {
    static final String KEY = "Sec-WebSocket-Key";
    static final String VERSION = "Sec-WebSocket-Version";
    static final String PROTOCOL = "Sec-WebSocket-Protocol";
    static final String ACCEPT = "Sec-WebSocket-Accept";
    static final String SUPPORTED_VERSION = "13";

    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_CHARS = 24;
    private static final int KEY_BYTES = 16;

    /** Why a request is no valid opening handshake. */
    record Fault(int status, String detail) {}

    private OpeningHandshake() {}

    /** Checks in the order that gives the most telling answer; empty if all is well. */
    static Optional<Fault> fault(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (request.method() != HttpMethod.GET) {
            return fault(405, "a WebSocket handshake is a GET, not a " + request.method());
        }
        if (request.version() != HttpVersion.HTTP_1_1) {
            return fault(400, "a WebSocket handshake needs HTTP/1.1");
        }
        if (!hasToken(headers, HttpHeaders.UPGRADE, "websocket")) {
            return fault(400, "header 'Upgrade' does not name 'websocket'");
        }
        if (!hasToken(headers, HttpHeaders.CONNECTION, "upgrade")) {
            return fault(400, "header 'Connection' does not name 'Upgrade'");
        }
        if (hasBody(headers)) {
            return fault(400, "a WebSocket handshake has no body");
        }
        List<String> versions = headers.getAll(VERSION);
        if (versions.size() != 1 || !versions.get(0).trim().equals(SUPPORTED_VERSION)) {
            return fault(426, "only WebSocket version 13 is spoken here");
        }
        List<String> keys = headers.getAll(KEY);
        if (keys.size() != 1 || !isKey(keys.get(0).trim())) {
            return fault(400, "header '" + KEY + "' must be there once and hold 16 bytes in base64");
        }
        return Optional.empty();
    }

    /** Whether a list header holds a token, in any of its lines and in any case. */
    static boolean hasToken(MultiMap headers, CharSequence name, String token) {
        return tokens(headers, name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** The elements of a list header over all its lines, in their order. */
    static List<String> tokens(MultiMap headers, CharSequence name) {
        return headers.getAll(name).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::trim)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    /** The answer to a key (RFC 6455 §4.2.2). */
    static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.trim() + ACCEPT_GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static Optional<Fault> fault(int status, String detail) {
        return Optional.of(new Fault(status, detail));
    }

    private static boolean hasBody(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return headers.contains(HttpHeaders.TRANSFER_ENCODING)
                || (length != null && !length.trim().equals("0"));
    }

    private static boolean isKey(String key) {
        if (key.length() != KEY_CHARS) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }
}
