package io.sluice.runner.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param status HTTP status
 * @param type media type; empty where there is no body
 * @param body its bytes
 * @param headers further headers
 */
public record Reply(int status, String type, Buffer body, Map<String, String> headers) {

    /** JSON: an object, list, map, string, number or boolean. */
    public static Reply json(int status, Object value) {
        return new Reply(status, "application/json", Json.encodeToBuffer(value), Map.of());
    }

    /** No body. */
    public static Reply empty(int status) {
        return new Reply(status, "", Buffer.buffer(), Map.of());
    }

    /** The answer to a change that was made: {@code {"type":"success","message":…}}. */
    public static Reply success(int status, String message) {
        return json(status, new JsonObject().put("type", "success").put("message", message));
    }

    /** The same with one more header. */
    public Reply header(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Reply(status, type, body, Map.copyOf(more));
    }
}
