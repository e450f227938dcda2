package io.sluice.siddhi.http;

import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** What mappers may hand to the sinks. */
final class Payloads {

    private Payloads() {}

    static Class<?>[] classes() {
        return new Class<?>[] {String.class, Map.class, byte[].class};
    }

    /** Text in UTF-8, bytes as they are, a map as form. */
    static Buffer body(Object payload) {
        if (payload instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        }
        if (payload instanceof Map<?, ?> form) {
            return Buffer.buffer(form.entrySet().stream()
                    .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                    .collect(Collectors.joining("&")));
        }
        return Buffer.buffer(String.valueOf(payload));
    }

    /** The content type that goes with a kind of mapper. */
    static String contentType(String mapType) {
        return switch (mapType) {
            case "xml" -> "application/xml";
            case "json" -> "application/json";
            case "keyvalue" -> "application/x-www-form-urlencoded";
            default -> "text/plain";
        };
    }

    private static String encoded(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? "" : URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }
}
