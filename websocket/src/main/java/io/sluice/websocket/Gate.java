package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Stands where Vert.x has its HTTP decoder while a handshake waits for its decision, and keeps what the peer sends early. Netty hands the
 * decoder's left-over bytes to its replacement; without the gate they would be parsed as HTTP or dropped. Reading is off meanwhile, so it
 * holds one read's worth at most.
 */
final class Gate extends ChannelInboundHandlerAdapter {
    private final Deque<ByteBuf> held = new ArrayDeque<>(2);
    private boolean dropping;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            // The end of the GET request, which the old decoder still had in hand.
            ctx.fireChannelRead(message);
        } else if (dropping) {
            bytes.release();
        } else {
            held.add(bytes);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    /** Lets go of what is held and of all that comes. */
    void drop() {
        dropping = true;
        held.forEach(ByteBuf::release);
        held.clear();
    }

    /** A handler for the place before the frame decoder: replays what was held, once, and leaves. */
    ChannelHandler replay() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
                    ctx.fireChannelRead(bytes);
                }
                ctx.fireChannelReadComplete();
                ctx.pipeline().remove(this);
            }
        };
    }
}
