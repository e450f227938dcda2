package io.sluice.websocket;

/** Sends every message back. */
class Echo implements SessionListener {
    @Override
    public void text(WebSocketSession session, String message) {
        if (!session.sendText(message)) {
            throw new IllegalStateException("no room for the echo");
        }
    }

    @Override
    public void binary(WebSocketSession session, byte[] message) {
        if (!session.sendBinary(message)) {
            throw new IllegalStateException("no room for the echo");
        }
    }
}
