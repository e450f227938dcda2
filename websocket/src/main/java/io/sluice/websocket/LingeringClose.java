package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that its last bytes arrive: a socket that is closed while the peer still sends is reset, and the reset can overtake
 * what was written. So only the output ends; the caller drops what still comes in until the peer closes too, or until the time is up.
 */
final class LingeringClose {
    private static final long PATIENCE_SECONDS = 2;

    private LingeringClose() {}

    /**
     * Starts on the event loop. The channel must read on its own from now on.
     *
     * @param last written and flushed before the output ends; may be empty
     */
    static void start(ChannelHandlerContext ctx, ByteBuf last) {
        Channel channel = ctx.channel();
        // Past the pipeline: a TLS handler would wait for its own close_notify to be flushed to a peer that does not
        // read.
        ScheduledFuture<?> cut = channel.eventLoop()
                .schedule(
                        () -> channel.unsafe().close(channel.unsafe().voidPromise()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> cut.cancel(false));
        channel.config().setAutoRead(true);
        ctx.writeAndFlush(last).addListener(written -> {
            if (written.isSuccess()) {
                endOutput(channel);
            } else {
                channel.close();
            }
        });
    }

    private static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(notified -> shutdownOutput(channel));
        } else {
            shutdownOutput(channel);
        }
    }

    private static void shutdownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}
