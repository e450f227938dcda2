package io.sluice.siddhi.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@code trp:} names of a request: {@code _name} is the query parameter {@code name}; a few names in capitals tell about the request
 * itself ({@code TO}, {@code REQUEST_URL}, {@code HTTP_METHOD}, {@code HTTP_VERSION}, {@code PROTOCOL}, {@code LISTENER_PORT},
 * {@code REMOTE_ADDRESS}); every other name is a header, in any case.
 */
record Properties(List<String> names) {

    static final String MESSAGE_ID = "messageId";

    /** The values in the order of the names; null where the request has none. */
    @Nullable
    Object[] of(HttpServerRequest request, String messageId) {
        @Nullable Object[] values = new Object[names.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = value(request, names.get(index), messageId);
        }
        return values;
    }

    private static @Nullable String value(HttpServerRequest request, String name, String messageId) {
        if (name.equalsIgnoreCase(MESSAGE_ID) && !messageId.isEmpty()) {
            return messageId;
        }
        if (name.startsWith("_")) {
            return request.getParam(name.substring(1));
        }
        String own = ofRequest(request, name);
        return own == null ? request.getHeader(name) : own;
    }

    private static @Nullable String ofRequest(HttpServerRequest request, String name) {
        return switch (name) {
            case "TO", "REQUEST_URL" -> request.uri();
            case "HTTP_METHOD" -> request.method().name();
            case "HTTP_VERSION" -> request.version().alpnName();
            case "PROTOCOL" -> String.valueOf(request.scheme()).toUpperCase(Locale.ROOT);
            case "LISTENER_PORT" -> String.valueOf(request.localAddress().port());
            case "REMOTE_ADDRESS" -> request.remoteAddress().hostAddress();
            default -> null;
        };
    }
}
