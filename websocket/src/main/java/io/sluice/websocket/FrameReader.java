package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads valid frames: answers pings, hands whole messages and the peer's Close to the session. What comes after the session ended is
 * dropped.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
    private final FrameSession session;
    private final MessageAssembly messages;
    private boolean flushDue;

    FrameReader(FrameSession session, int maxMessageBytes) {
        this.session = session;
        messages = new MessageAssembly(maxMessageBytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!session.hasEnded() && message instanceof WebSocketFrame frame) {
                session.heard();
                read(ctx, frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (frame instanceof PingWebSocketFrame) {
            // A peer that pings and does not read gets no pong beyond the write buffer (RFC 6455 §5.5.3 lets one pong
            // answer several pings).
            if (session.writable()) {
                session.write(Frames.pong(ctx.alloc(), frame.content()));
                flushDue = true;
            }
        } else if (frame instanceof CloseWebSocketFrame close) {
            ByteBuf body = close.content();
            session.end(
                    body.isReadable() ? body.getUnsignedShort(body.readerIndex()) : CloseCode.NO_STATUS,
                    close.reasonText());
        } else if (!(frame instanceof PongWebSocketFrame)) {
            MessageAssembly.Message whole = messages.add(frame, ctx.alloc());
            if (whole != null) {
                session.deliver(whole);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (flushDue) {
            flushDue = false;
            session.flush();
        }
        if (session.hasEnded()) {
            messages.discard();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        messages.discard();
        ctx.fireChannelInactive();
    }
}
