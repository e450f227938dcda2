package io.sluice.common;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error answer: problem+json (RFC 9457) with the members {@code type, title, status, detail, instance} and ours,
 * {@code code} and {@code hint}.
 *
 * @param code kind of error; gives type, title, status and code
 * @param detail what happened, where, with the numbers
 * @param hint what the reader can do, or null
 */
public record Problem(
        ErrorCode code, String detail, @Nullable String hint) {

    /** The media type of the body. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The JSON body; {@code instance} is a fresh URN per call, so that one occurrence can be found in the log. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("type", "urn:sluice:error:" + code.code())
                .put("title", code.title())
                .put("status", code.status())
                .put("detail", detail)
                .put("instance", "urn:uuid:" + UUID.randomUUID())
                .put("code", code.code());
        if (hint != null) {
            json.put("hint", hint);
        }
        return json;
    }
}
