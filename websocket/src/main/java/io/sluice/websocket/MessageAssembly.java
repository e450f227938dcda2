package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts the fragments of a message together, up to a size. Between messages it holds nothing. */
final class MessageAssembly {

    /** A whole message. */
    sealed interface Message {}

    record Text(String text) implements Message {}

    record Binary(byte[] bytes) implements Message {}

    private final int maxBytes;
    private boolean text;
    private @Nullable ByteBuf parts;

    MessageAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a data frame; the frame stays the caller's. The decoder before has checked that the order of fragments is right, and that text
     * is UTF-8.
     *
     * @return the message, if this frame completes one
     * @throws TooLongFrameException if the message is larger than allowed; nothing is held then
     */
    @Nullable
    Message add(WebSocketFrame frame, ByteBufAllocator allocator) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            text = frame instanceof TextWebSocketFrame;
        }
        ByteBuf content = frame.content();
        int held = parts == null ? 0 : parts.readableBytes();
        if (content.readableBytes() > maxBytes - held) {
            discard();
            throw new TooLongFrameException("a message is larger than " + maxBytes + " bytes");
        }
        if (parts == null && frame.isFinalFragment()) {
            return message(content);
        }
        if (parts == null) {
            parts = allocator.buffer(content.readableBytes());
        }
        parts.writeBytes(content);
        if (!frame.isFinalFragment()) {
            return null;
        }
        Message whole = message(parts);
        discard();
        return whole;
    }

    /** Drops the fragments of an unfinished message. */
    void discard() {
        if (parts != null) {
            parts.release();
            parts = null;
        }
    }

    private Message message(ByteBuf content) {
        return text ? new Text(content.toString(StandardCharsets.UTF_8)) : new Binary(ByteBufUtil.getBytes(content));
    }
}
