package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;

/**
 * Netty's decoder for masked client frames without extensions. It differs in the Close frame: Netty reads the code as a signed number, so
 * that 65535 passes, knows no upper bound, and accepts a reason that ends inside a character. Violations are thrown, never answered here:
 * the session sends the Close frame.
 */
final class FrameDecoder extends WebSocket13FrameDecoder {

    FrameDecoder(WebSocketLimits limits) {
        super(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .maxFramePayloadLength(Math.min(limits.maxFrameBytes(), limits.maxMessageBytes()))
                .closeOnProtocolViolation(false)
                .build());
    }

    @Override
    protected void checkCloseFrameBody(ChannelHandlerContext ctx, ByteBuf body) {
        if (!body.isReadable()) {
            return;
        }
        int code = body.getUnsignedShort(body.readerIndex());
        if (!CloseCode.isSendable(code)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "close code " + code + " is not allowed in a Close frame");
        }
        if (!ByteBufUtil.isText(body, body.readerIndex() + 2, body.readableBytes() - 2, StandardCharsets.UTF_8)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the reason in the Close frame is not UTF-8");
        }
    }
}
