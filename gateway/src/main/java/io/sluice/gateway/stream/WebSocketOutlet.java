package io.sluice.gateway.stream;

import io.sluice.websocket.WebSocketSession;
import java.nio.charset.StandardCharsets;

/** Sends to a WebSocket: with {@link StreamProtocol#SUBPROTOCOL} everything behind headers, without it the bare events and nothing else. */
final class WebSocketOutlet implements Outlet {

    private final WebSocketSession session;
    private final boolean framed;

    WebSocketOutlet(WebSocketSession session) {
        this.session = session;
        this.framed = StreamProtocol.SUBPROTOCOL.equals(session.subprotocol());
    }

    @Override
    public boolean writable() {
        return session.isWritable();
    }

    @Override
    public void event(StreamEvent event, EventId id) {
        if (event.kind() == StreamEvent.Kind.MARK) {
            if (framed) {
                session.offerText(event.payload());
            }
            return;
        }
        byte[] message = framed ? StreamProtocol.event(id, event.payload()) : event.payload();
        if (event.kind() == StreamEvent.Kind.TEXT) {
            session.offerText(message);
        } else {
            session.offerBinary(message);
        }
    }

    @Override
    public void gap(Gap gap) {
        if (framed) {
            session.offerText(StreamProtocol.gap(gap).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void flush() {
        session.flush();
    }

    @Override
    public void end(int code, String reason) {
        session.close(code, reason);
    }
}
