package io.sluice.siddhi.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to another server.
 *
 * @param url absolute, http or https
 * @param headers in order; may hold secrets, never to be logged
 * @param body null to send none
 * @param chunked whether the body goes out in chunks instead of with its length
 */
record Outgoing(
        HttpMethod method,
        String url,
        List<Map.Entry<String, String>> headers,
        @Nullable Buffer body,
        boolean chunked) {

    /** The same to another address. */
    Outgoing to(String address) {
        return new Outgoing(method, address, headers, body, chunked);
    }

    /** The same with one header replaced. */
    Outgoing with(String name, String value) {
        List<Map.Entry<String, String>> others = new java.util.ArrayList<>(headers);
        others.removeIf(header -> header.getKey().equalsIgnoreCase(name));
        others.add(Map.entry(name, value));
        return new Outgoing(method, url, List.copyOf(others), body, chunked);
    }
}
