package io.sluice.siddhi.websocket;

import java.nio.ByteBuffer;

/** What mappers may hand to the sinks: {@code String} goes out as text, the others as binary. */
final class Payloads {

    private Payloads() {}

    static Class<?>[] classes() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    /**
     * The bytes of a binary payload.
     *
     * @throws IllegalArgumentException if it is of none of the classes
     */
    static byte[] bytes(Object payload) {
        if (payload instanceof byte[] bytes) {
            return bytes;
        }
        if (payload instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        throw new IllegalArgumentException("a WebSocket message is made from String, byte[] or ByteBuffer, not from "
                + payload.getClass().getName());
    }
}
