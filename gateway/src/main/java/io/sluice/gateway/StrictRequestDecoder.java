package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/**
 * Vert.x's request decoder that refuses a request with both {@code Content-Length} and {@code Transfer-Encoding}. Netty would drop the length and go on;
 * RFC 9112, section 6.1, lets a server refuse, and who sends both tries to smuggle a request past one of two servers.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private static final String NAME = "httpDecoder"; // Vert.x's name in its HTTP/1.1 server pipeline

    private boolean stopped;

    private StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** Takes the place of the decoder of a connection on which nothing was read yet. */
    static void install(HttpConnection connection, HttpServerOptions options) {
        Channel channel = ((ConnectionBase) connection).channel();
        if (channel.pipeline().get(NAME) != null) {
            channel.pipeline().replace(NAME, NAME, new StrictRequestDecoder(options));
        }
    }

    /** Lets nothing more be read as a request on this connection, not even what has arrived already. On its event loop. */
    static void stop(HttpConnection connection) {
        if (((ConnectionBase) connection).channel().pipeline().get(NAME) instanceof StrictRequestDecoder decoder) {
            decoder.stopped = true;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (stopped) {
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(context, in, out);
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length and Transfer-Encoding in one request");
    }
}
