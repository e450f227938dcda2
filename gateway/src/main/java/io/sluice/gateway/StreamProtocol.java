package io.sluice.gateway;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.BearerToken;
import io.sluice.websocket.FanOut;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a client of a streaming API can rely on beyond RFC 6455: close codes and the subprotocol {@value #SUBPROTOCOL}.
 *
 * <p><b>Without {@value #SUBPROTOCOL}</b> a client gets the messages of the upstream, unchanged, and nothing else.
 *
 * <p><b>With {@value #SUBPROTOCOL}</b> every message, text or binary, starts with one line of JSON, the <i>header</i>, ended by a line feed (0x0A). What
 * follows the line feed is the message of the upstream, byte for byte. So a control message can never be mistaken for an event, whatever the
 * upstream sends, and an event is not parsed, escaped or copied into other JSON. The header's {@code type} says what it is:
 *
 * <pre>
 * {"type":"hello","api":"productions","version":"1.0","upstream":"up"}      first message; nothing follows the line feed
 * {"type":"event"}⏎{"event":{"name":"honey","amount":20.5}}                  an event: payload after the line feed
 * {"type":"upstream","state":"down","since":"2026-01-01T10:00:00Z"}         no events until "up"; the socket stays open
 * {"type":"upstream","state":"up","since":"2026-01-01T10:00:07Z"}           events flow again; those sent meanwhile are lost to this client
 * </pre>
 *
 * <p>Header members and types not listed here may be added; a client ignores what it does not know.
 *
 * <p><b>Close codes</b> sent by the gateway: 1001 the gateway stops, connect again later; 1002, 1007, 1009 the client broke the protocol; 1008 the client
 * sent too much, do not repeat; 1013 the client did not keep up, connect again; {@value #TOKEN_EXPIRED} the token expired, connect again with a
 * fresh one.
 */
public final class StreamProtocol {

    /** The subprotocol with control messages. */
    public static final String SUBPROTOCOL = "sluice.v1";

    /** Close code: the token of this connection expired; connect again with a fresh token. */
    public static final int TOKEN_EXPIRED = 4001;

    private static final byte[] EVENT_HEADER = "{\"type\":\"event\"}\n".getBytes(StandardCharsets.UTF_8);

    private StreamProtocol() {}

    /** The subprotocol to agree on: {@value #SUBPROTOCOL} if offered, else the first one that carries no token, else none. */
    static Optional<String> choose(List<String> offered) {
        if (offered.contains(SUBPROTOCOL)) {
            return Optional.of(SUBPROTOCOL);
        }
        return offered.stream()
                .filter(protocol -> !protocol.startsWith(BearerToken.SUBPROTOCOL_PREFIX))
                .findFirst();
    }

    /** The first message on {@value #SUBPROTOCOL}. */
    static String hello(StreamingApi api, Upstream.Status upstream) {
        return line(new JsonObject()
                .put("type", "hello")
                .put("api", api.name())
                .put("version", api.version())
                .put("upstream", upstream.connected() ? "up" : "down"));
    }

    /** Says that the upstream went or came. */
    static byte[] upstream(boolean up, Instant since) {
        return line(new JsonObject()
                        .put("type", "upstream")
                        .put("state", up ? "up" : "down")
                        .put("since", since.toString()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** An event with its header; for {@link FanOut#publishText} and {@link FanOut#publishBinary} alike. */
    static byte[] event(byte[] payload) {
        byte[] message = new byte[EVENT_HEADER.length + payload.length];
        System.arraycopy(EVENT_HEADER, 0, message, 0, EVENT_HEADER.length);
        System.arraycopy(payload, 0, message, EVENT_HEADER.length, payload.length);
        return message;
    }

    private static String line(JsonObject header) {
        return header.encode() + "\n";
    }
}
