package io.sluice.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One event of a stream, or a mark between events that the upstream went or came. Any thread. */
final class StreamEvent {

    /** What it is. */
    enum Kind {
        /** Text, valid UTF-8. */
        TEXT,
        /** Any bytes. */
        BINARY,
        /** No event: the payload is the control message that says how the upstream is. */
        MARK
    }

    private static final ObjectReader JSON = new ObjectMapper().reader();

    private final long number;
    private final long atMillis;
    private final Kind kind;
    private final byte[] payload;
    private volatile @Nullable JsonNode json; // computed at most once per thread that races; all get the same
    private volatile boolean superseded;
    private @Nullable String key; // the journal's, under its lock

    StreamEvent(long number, long atMillis, Kind kind, byte[] payload) {
        this.number = number;
        this.atMillis = atMillis;
        this.kind = kind;
        this.payload = payload;
    }

    long number() {
        return number;
    }

    /** When the gateway got it, in milliseconds since 1970. */
    long atMillis() {
        return atMillis;
    }

    Kind kind() {
        return kind;
    }

    /** Not to be changed. */
    byte[] payload() {
        return payload;
    }

    /** Parsed on the first call, once for everybody; missing where it is no JSON. */
    JsonNode json() {
        JsonNode parsed = json;
        if (parsed == null) {
            parsed = kind == Kind.TEXT ? parse() : MissingNode.getInstance();
            json = parsed;
        }
        return parsed;
    }

    private JsonNode parse() {
        try {
            return JSON.readTree(payload);
        } catch (IOException notJson) {
            return MissingNode.getInstance(); // events need not be JSON; a filter then does not match
        }
    }

    /** Whether a newer event has the same key, where the API conflates. */
    boolean superseded() {
        return superseded;
    }

    /** Its key in the journal, or null. */
    @Nullable
    String key() {
        return key;
    }

    void key(String text) {
        key = text;
    }

    void supersede() {
        superseded = true;
    }
}
