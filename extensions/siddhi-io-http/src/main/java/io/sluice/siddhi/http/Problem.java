package io.sluice.siddhi.http;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies of refusals, as RFC 9457 has them. */
final class Problem {

    static final String CONTENT_TYPE = "application/problem+json";

    private Problem() {}

    /** A refusal with its reason; {@code hint} says what the caller can do. */
    static Reply of(int status, String code, String title, String detail, String hint) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", title);
        body.put("status", status);
        body.put("code", code);
        body.put("detail", detail);
        body.put("hint", hint);
        return new Reply(
                status,
                Map.of("Content-Type", CONTENT_TYPE),
                io.vertx.core.buffer.Buffer.buffer(new JsonObject(body).encode()));
    }

    /** A refusal that is worth another try. */
    static Reply retry(int status, String code, String title, String detail) {
        return of(status, code, title, detail, "Send the request again after the time in Retry-After.")
                .with("Retry-After", "1");
    }
}
