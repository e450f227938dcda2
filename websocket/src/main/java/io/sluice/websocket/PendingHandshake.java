package io.sluice.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the connection of a request away from Vert.x, in two steps: the gate at once, the rest when it is accepted. */
final class PendingHandshake implements Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(PendingHandshake.class);

    /** Vert.x's names in its HTTP/1.1 server pipeline. */
    private static final String HTTP_DECODER = "httpDecoder";

    private static final String TAIL = "handler";
    private static final List<String> LEFT_BEHIND = List.of("idle", "inflater", "webSocketExtensionHandler");

    private static final String REPLAY = "ws-replay";
    private static final String DECODER = "ws-decoder";
    private static final String UTF8 = "ws-utf8";
    private static final String READER = "ws-reader";
    private static final String SESSION = "ws-session";

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);
    /** Without a bound the kernel takes megabytes per stuck peer, and the channel looks writable all the while. */
    private static final int NOT_SENT_LOW_WATER = 64 << 10;

    /** The same bound where the kernel cannot be told about unsent bytes only; large enough for a fast peer far away. */
    private static final int SEND_BUFFER = 256 << 10;

    private final HttpServerRequest request;
    private final Context context;
    private final Channel channel;
    private final Gate gate;
    private final List<String> offered;
    private final AtomicBoolean decided = new AtomicBoolean();

    private PendingHandshake(HttpServerRequest request, Context context, Channel channel, Gate gate) {
        this.request = request;
        this.context = context;
        this.channel = channel;
        this.gate = gate;
        offered = OpeningHandshake.tokens(request.headers(), OpeningHandshake.PROTOCOL);
    }

    /** Puts the gate in; see {@link WebSocketUpgrade#begin}. */
    static PendingHandshake hold(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        Channel channel = ((ConnectionBase) request.connection()).channel();
        if (context == null || !channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException(
                    "a WebSocket handshake must be begun on the event loop of its connection, inside the request handler");
        }
        Gate gate = new Gate();
        channel.pipeline().replace(HTTP_DECODER, HTTP_DECODER, gate);
        return new PendingHandshake(request, context, channel, gate);
    }

    @Override
    public List<String> offeredProtocols() {
        return offered;
    }

    @Override
    public Future<WebSocketSession> accept(
            @Nullable String subprotocol, WebSocketLimits limits, SessionListener listener) {
        if (subprotocol != null && !offered.contains(subprotocol)) {
            throw new IllegalArgumentException("the client did not offer the subprotocol it shall get");
        }
        decide();
        Promise<WebSocketSession> accepted = Promise.promise();
        FrameSession session = new FrameSession(channel, remote(), subprotocol, limits, listener);
        context.runOnContext(onLoop -> upgrade(session, limits, accepted));
        return accepted.future();
    }

    @Override
    public void refuse(Consumer<HttpServerResponse> answer) {
        decide();
        context.runOnContext(onLoop -> {
            gate.drop();
            HttpServerResponse response = request.response();
            if (response.closed()) {
                return;
            }
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            response.endHandler(ended -> linger());
            try {
                answer.accept(response);
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("remote", remote())
                        .log("The answer to a refused handshake failed");
                channel.close();
            }
        });
    }

    private void decide() {
        if (!decided.compareAndSet(false, true)) {
            throw new IllegalStateException("this handshake has been accepted or refused before");
        }
    }

    private void linger() {
        ChannelHandlerContext ctx = channel.pipeline().context(gate);
        if (ctx != null) {
            LingeringClose.start(ctx, Unpooled.EMPTY_BUFFER);
        }
    }

    /** Swaps the pipeline in one task of the event loop, so that nothing of the peer can come between. */
    private void upgrade(FrameSession session, WebSocketLimits limits, Promise<WebSocketSession> accepted) {
        try {
            if (!channel.isActive()) {
                abandon(accepted, new ClosedChannelException());
                return;
            }
            boundBuffers();
            addHeaders(session.subprotocol());
            request.toNetSocket().onComplete(taken -> {
                if (taken.failed()) {
                    abandon(accepted, taken.cause());
                } else if (!channel.isActive()) {
                    // The peer had reset the connection, which writing the 101 brought to light.
                    abandon(accepted, new ClosedChannelException());
                } else {
                    install(session, limits);
                    session.open();
                    accepted.complete(session);
                    channel.pipeline().addBefore(DECODER, REPLAY, gate.replay());
                    session.startReading();
                }
            });
        } catch (RuntimeException e) {
            abandon(accepted, e);
        }
    }

    private void abandon(Promise<WebSocketSession> accepted, Throwable cause) {
        gate.drop();
        channel.close();
        accepted.tryFail(cause);
    }

    private void addHeaders(@Nullable String subprotocol) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.UPGRADE, "websocket")
                .putHeader(HttpHeaders.CONNECTION, "Upgrade")
                .putHeader(OpeningHandshake.ACCEPT, OpeningHandshake.accept(request.getHeader(OpeningHandshake.KEY)));
        if (subprotocol != null) {
            response.putHeader(OpeningHandshake.PROTOCOL, subprotocol);
        }
    }

    private void install(FrameSession session, WebSocketLimits limits) {
        ChannelPipeline pipeline = channel.pipeline();
        for (String name : LEFT_BEHIND) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        pipeline.addBefore(TAIL, DECODER, new FrameDecoder(limits));
        pipeline.addBefore(TAIL, UTF8, new Utf8FrameValidator(false));
        pipeline.addBefore(TAIL, READER, new FrameReader(session, limits.maxMessageBytes()));
        pipeline.addBefore(TAIL, SESSION, session);
        // Vert.x's last handler holds the request, the response and two queues: 12 KB per idle connection.
        pipeline.remove(TAIL);
    }

    private void boundBuffers() {
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        if (channel instanceof EpollSocketChannel) {
            channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) NOT_SENT_LOW_WATER);
        } else {
            channel.config().setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER);
        }
    }

    private String remote() {
        SocketAddress address = request.remoteAddress();
        String host = address.hostAddress();
        if (host == null) {
            return address.toString();
        }
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.port();
    }
}
