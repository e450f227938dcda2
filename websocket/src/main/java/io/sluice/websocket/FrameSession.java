package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of an upgraded connection. It does the closing handshake by hand, on every way out, and is the session the application
 * sees. Fields without a note belong to the event loop.
 */
final class FrameSession extends ChannelDuplexHandler implements WebSocketSession {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSession.class);

    /** A party that follows the session; called on the event loop. */
    interface Follower {
        /** The write buffer has room again. */
        void writable();

        /** Nothing can be sent any more. */
        void ended();
    }

    private final Channel channel;
    private final String remote;
    private final @Nullable String subprotocol;
    private final SessionListener listener;
    private final LivenessWatch liveness;
    private final List<Follower> followers = new ArrayList<>(1);

    private @Nullable ChannelHandlerContext context;
    /** Written on the event loop, read anywhere: a Close frame was sent or the connection is gone. */
    private volatile boolean ended;

    private boolean paused;
    private boolean gone;
    private int code = CloseCode.ABNORMAL;
    private String reason = "";

    FrameSession(
            Channel channel,
            String remote,
            @Nullable String subprotocol,
            WebSocketLimits limits,
            SessionListener listener) {
        this.channel = channel;
        this.remote = remote;
        this.subprotocol = subprotocol;
        this.listener = listener;
        liveness = new LivenessWatch(this, limits);
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public @Nullable String subprotocol() {
        return subprotocol;
    }

    @Override
    public boolean sendText(String text) {
        return writable() && send(Frames.text(channel.alloc(), text));
    }

    @Override
    public boolean sendBinary(byte[] payload) {
        return writable() && send(Frames.binary(channel.alloc(), payload));
    }

    @Override
    public boolean isWritable() {
        return writable();
    }

    @Override
    public boolean offerText(byte[] utf8) {
        if (!writable()) {
            return false;
        }
        write(Frames.text(channel.alloc(), utf8));
        return true;
    }

    @Override
    public boolean offerBinary(byte[] payload) {
        if (!writable()) {
            return false;
        }
        write(Frames.binary(channel.alloc(), payload));
        return true;
    }

    @Override
    public void close(int closeCode, String closeReason) {
        if (!CloseCode.isSendable(closeCode)) {
            throw new IllegalArgumentException(
                    "close code " + closeCode + " may not be sent; see CloseCode.isSendable");
        }
        onLoop(() -> end(closeCode, closeReason));
    }

    @Override
    public void pause() {
        onLoop(() -> {
            if (!ended) {
                paused = true;
                channel.config().setAutoRead(false);
            }
        });
    }

    @Override
    public void resume() {
        onLoop(() -> {
            paused = false;
            liveness.heard();
            channel.config().setAutoRead(true);
        });
    }

    /** First call, on the event loop, once the handlers are in place. */
    void open() {
        tell(() -> listener.opened(this));
        if (!ended) {
            liveness.start();
        }
    }

    /** A frame of the peer came in. */
    void heard() {
        liveness.heard();
    }

    void deliver(MessageAssembly.Message message) {
        if (message instanceof MessageAssembly.Text text) {
            tell(() -> listener.text(this, text.text()));
        } else if (message instanceof MessageAssembly.Binary binary) {
            tell(() -> listener.binary(this, binary.bytes()));
        }
    }

    void startReading() {
        if (!paused) {
            channel.config().setAutoRead(true);
        }
    }

    Channel channel() {
        return channel;
    }

    boolean writable() {
        return !ended && channel.isWritable();
    }

    boolean isPaused() {
        return paused;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Writes an encoded frame without flush; on the event loop, while not ended. */
    void write(ByteBuf frame) {
        ChannelHandlerContext ctx = context();
        ctx.write(frame, ctx.voidPromise());
    }

    @Override
    public void flush() {
        if (!ended) {
            context().flush();
        }
    }

    /** On the event loop. */
    void follow(Follower follower) {
        followers.add(follower);
    }

    /** On the event loop. */
    void unfollow(Follower follower) {
        followers.remove(follower);
    }

    List<Follower> followers() {
        return followers;
    }

    void onLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writable()) {
            List.copyOf(followers).forEach(Follower::writable);
            tell(() -> listener.writable(this));
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        // What the application sends comes this way. From another thread it comes late: it must not follow the Close
        // frame.
        if (ended) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ShutdownEvent) {
            end(CloseCode.GOING_AWAY, "the server shuts down");
        } else if (event instanceof SslCloseCompletionEvent) {
            // TLS ended: the peer sends no more, with or without a TCP FIN behind it.
            ctx.close();
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            end(violation.closeStatus().code(), String.valueOf(violation.getMessage()));
        } else if (cause instanceof TooLongFrameException) {
            end(CloseCode.TOO_BIG, String.valueOf(cause.getMessage()));
        } else if (cause instanceof IOException) {
            LOG.atDebug().setCause(cause).addKeyValue("remote", remote).log("WebSocket connection broke");
            ctx.close();
        } else {
            LOG.atError().setCause(cause).addKeyValue("remote", remote).log("WebSocket session failed");
            end(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (gone) {
            return;
        }
        gone = true;
        if (!ended) {
            ended = true;
            letGo();
        }
        try {
            listener.closed(this, code, reason);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("remote", remote).log("WebSocket listener failed on close");
        }
    }

    /** Sends the one Close frame of this side, as an answer or on our own account, and lets the connection end. On the event loop. */
    void end(int closeCode, String closeReason) {
        if (ended) {
            return;
        }
        ended = true;
        code = closeCode;
        reason = closeReason;
        letGo();
        LingeringClose.start(context(), Frames.close(channel.alloc(), closeCode, closeReason));
    }

    private void letGo() {
        liveness.stop();
        List<Follower> told = List.copyOf(followers);
        followers.clear();
        told.forEach(Follower::ended);
    }

    private boolean send(ByteBuf frame) {
        channel.writeAndFlush(frame);
        return true;
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("remote", remote).log("WebSocket listener failed");
            end(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the session is not in a pipeline");
    }
}
