package io.sluice.gateway.stream;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says that a client did not get events, and which.
 *
 * @param reason why
 * @param from the first one missing, or null where that is not known
 * @param to the last one missing, or null where that is not known; what follows comes next
 */
record Gap(Reason reason, @Nullable EventId from, @Nullable EventId to) {

    /** Why events are missing. */
    enum Reason {
        /** The buffer no longer holds them. */
        EXPIRED,
        /** The id is of another life of the gateway, whose events are gone. */
        RESTARTED,
        /** The client was too slow. */
        SLOW
    }

    /** {@code {"reason":"expired","from":"k3-5","to":"k3-9","missed":5}}; without what is not known. */
    JsonObject json() {
        JsonObject json = new JsonObject().put("reason", reason.name().toLowerCase(Locale.ROOT));
        if (from != null && to != null) {
            json.put("from", from.toString()).put("to", to.toString()).put("missed", to.number() - from.number() + 1);
        }
        return json;
    }
}
