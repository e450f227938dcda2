package io.sluice.gateway.stream;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.BearerToken;
import io.sluice.websocket.FanOut;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
 * {"type":"hello","api":"productions","version":"1.0","upstream":"up","cursor":"k3f-6"}   first message; "expires" where a token counts
 * {"type":"event","id":"k3f-7"}⏎{"event":{"name":"honey","amount":20.5}}     an event: payload after the line feed
 * {"type":"gap","reason":"expired","from":"k3f-1","to":"k3f-6","missed":6}    these events do not come
 * {"type":"upstream","state":"down","since":"2026-01-01T10:00:00Z"}         no events until "up"; the socket stays open
 * {"type":"upstream","state":"up","since":"2026-01-01T10:00:07Z"}           events flow again; those sent meanwhile are lost
 * {"type":"refreshed","expires":"2026-01-01T11:00:00Z"}                     the answer to {"type":"refresh","token":"…"} of the client
 * {"type":"refused","detail":"…"}                                           the other answer: the token before still counts
 * </pre>
 *
 * <p>Header members and types not listed here may be added; a client ignores what it does not know.
 *
 * <p><b>Close codes</b> sent by the gateway: 1001 the gateway stops, connect again later; 1002, 1007, 1009 the client broke the protocol; 1008 the client
 * sent too much, do not repeat; 1013 the client did not keep up, connect again; {@value #TOKEN_EXPIRED} the token expired or was revoked, connect again
 * with a fresh one. 4002 (forbidden) and 4003 (throttled) keep the meaning they have elsewhere and are not sent yet.
 */
public final class StreamProtocol {

    /** The subprotocol with control messages. */
    public static final String SUBPROTOCOL = "sluice.v1";

    /** Close code: the token of this connection expired or was revoked; connect again with a fresh token. */
    public static final int TOKEN_EXPIRED = 4001;

    private StreamProtocol() {}

    /** The subprotocol to agree on: {@value #SUBPROTOCOL} if offered, else the first one that carries no token, else none. */
    public static Optional<String> choose(List<String> offered) {
        if (offered.contains(SUBPROTOCOL)) {
            return Optional.of(SUBPROTOCOL);
        }
        return offered.stream()
                .filter(protocol -> !protocol.startsWith(BearerToken.SUBPROTOCOL_PREFIX))
                .findFirst();
    }

    /** The first message on {@value #SUBPROTOCOL}. */
    static String hello(StreamingApi api, Upstream.Status upstream, EventId cursor, @Nullable Instant expires) {
        JsonObject hello = new JsonObject()
                .put("type", "hello")
                .put("api", api.name())
                .put("version", api.version())
                .put("upstream", upstream.connected() ? "up" : "down")
                .put("cursor", cursor.toString());
        return line(expires == null ? hello : hello.put("expires", expires.toString()));
    }

    /** Tells of events that do not come. */
    static String gap(Gap gap) {
        JsonObject header = new JsonObject().put("type", "gap");
        return line(header.mergeIn(gap.json()));
    }

    /** A fresh token counts from now on. */
    static String refreshed(Instant expires) {
        return line(new JsonObject().put("type", "refreshed").put("expires", expires.toString()));
    }

    /** The token that was handed in does not count. */
    static String refreshRefused(String detail) {
        return line(new JsonObject().put("type", "refused").put("detail", detail));
    }

    /** The token in a client's message {@code {"type":"refresh","token":"…"}}; empty for any other message, which means nothing. */
    static Optional<String> refreshToken(String message) {
        try {
            JsonObject json = new JsonObject(message);
            return "refresh".equals(json.getValue("type")) && json.getValue("token") instanceof String token
                    ? Optional.of(token)
                    : Optional.empty();
        } catch (DecodeException notJson) {
            return Optional.empty();
        }
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
    static byte[] event(EventId id, byte[] payload) {
        byte[] header = ("{\"type\":\"event\",\"id\":\"" + id + "\"}\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[header.length + payload.length];
        System.arraycopy(header, 0, message, 0, header.length);
        System.arraycopy(payload, 0, message, header.length, payload.length);
        return message;
    }

    private static String line(JsonObject header) {
        return header.encode() + "\n";
    }
}
