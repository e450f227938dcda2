package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Encodes server frames (RFC 6455 §5.2): final, unmasked, one frame per message. Each in one direct buffer that the caller owns. */
final class Frames {
    private static final int FINAL = 0x80;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int MAX_TINY = 125;
    private static final int MAX_SHORT = 0xFFFF;
    private static final int LONGEST_HEADER = 10;
    /** A control frame carries 125 bytes, two of them the code. */
    static final int MAX_REASON_BYTES = 123;

    private Frames() {}

    static ByteBuf text(ByteBufAllocator allocator, String text) {
        int length = ByteBufUtil.utf8Bytes(text);
        ByteBuf frame = header(allocator, TEXT, length);
        ByteBufUtil.writeUtf8(frame, text);
        return frame;
    }

    static ByteBuf text(ByteBufAllocator allocator, byte[] utf8) {
        return header(allocator, TEXT, utf8.length).writeBytes(utf8);
    }

    static ByteBuf binary(ByteBufAllocator allocator, byte[] payload) {
        return header(allocator, BINARY, payload.length).writeBytes(payload);
    }

    static ByteBuf ping(ByteBufAllocator allocator) {
        return header(allocator, PING, 0);
    }

    static ByteBuf pong(ByteBufAllocator allocator, ByteBuf payload) {
        return header(allocator, PONG, payload.readableBytes())
                .writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    /** A Close frame; {@link CloseCode#NO_STATUS} gives an empty one. A reason that is too long is cut between two characters. */
    static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
        if (code == CloseCode.NO_STATUS) {
            return header(allocator, CLOSE, 0);
        }
        byte[] utf8 = cut(reason).getBytes(StandardCharsets.UTF_8);
        return header(allocator, CLOSE, 2 + utf8.length).writeShort(code).writeBytes(utf8);
    }

    private static String cut(String reason) {
        int end = reason.length();
        while (ByteBufUtil.utf8Bytes(reason, 0, end) > MAX_REASON_BYTES) {
            end = reason.offsetByCodePoints(end, -1);
        }
        return reason.substring(0, end);
    }

    private static ByteBuf header(ByteBufAllocator allocator, int opcode, int length) {
        ByteBuf frame = allocator.directBuffer(LONGEST_HEADER + length);
        frame.writeByte(FINAL | opcode);
        if (length <= MAX_TINY) {
            frame.writeByte(length);
        } else if (length <= MAX_SHORT) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
        return frame;
    }
}
