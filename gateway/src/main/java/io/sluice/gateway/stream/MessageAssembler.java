package io.sluice.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of the upstream together to messages. Vert.x would do it too, but drops a message beyond its limit without a word and decodes bad
 * UTF-8 to replacement characters; here both become {@link Sink#rejected}. Not thread-safe: one event loop feeds it.
 */
final class MessageAssembler {

    /** Where messages go. The arrays are not used again by the assembler. */
    interface Sink {
        /** A whole text message, valid UTF-8. */
        void text(byte[] utf8);

        /** A whole binary message. */
        void binary(byte[] payload);

        /** A message that cannot be passed on; the messages after it can. */
        void rejected(Reason reason);
    }

    /** Why a message was rejected. */
    enum Reason {
        /** Text that is not UTF-8: every client would have to close with 1007. */
        INVALID_UTF8,
        /** More bytes than the limit. */
        TOO_BIG
    }

    private final int maxBytes;
    private final Sink sink;
    private @Nullable Buffer parts; // null: no message begun, or the begun one is already rejected
    private boolean text;

    MessageAssembler(int maxBytes, Sink sink) {
        this.maxBytes = maxBytes;
        this.sink = sink;
    }

    /** Takes one frame; control frames are ignored. */
    void frame(WebSocketFrame frame) {
        if (frame.isText() || frame.isBinary()) {
            text = frame.isText();
            begin(frame);
        } else if (frame.isContinuation()) {
            proceed(frame);
        }
    }

    private void begin(WebSocketFrame frame) {
        Buffer payload = frame.binaryData();
        parts = null;
        if (payload.length() > maxBytes) {
            sink.rejected(Reason.TOO_BIG);
        } else if (frame.isFinal()) {
            emit(payload.getBytes());
        } else {
            parts = Buffer.buffer(payload.length() * 2).appendBuffer(payload);
        }
    }

    private void proceed(WebSocketFrame frame) {
        Buffer begun = parts;
        if (begun == null) {
            return; // the rest of a rejected message
        }
        Buffer payload = frame.binaryData();
        if (begun.length() + payload.length() > maxBytes) {
            parts = null;
            sink.rejected(Reason.TOO_BIG);
            return;
        }
        begun.appendBuffer(payload);
        if (frame.isFinal()) {
            parts = null;
            emit(begun.getBytes());
        }
    }

    private void emit(byte[] message) {
        if (!text) {
            sink.binary(message);
        } else if (utf8(message)) {
            sink.text(message);
        } else {
            sink.rejected(Reason.INVALID_UTF8);
        }
    }

    private static boolean utf8(byte[] message) {
        int i = 0;
        while (i < message.length && message[i] >= 0) {
            i++;
        }
        if (i == message.length) {
            return true; // plain ASCII, the common case, without a decoder
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message, i, message.length - i));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }
}
