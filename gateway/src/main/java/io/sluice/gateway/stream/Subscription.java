package io.sluice.gateway.stream;

import io.netty.channel.EventLoop;
import io.sluice.websocket.CloseCode;
import io.sluice.websocket.SessionListener;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket client on one streaming API, from the upgrade to the end. Closes it with {@link StreamProtocol#TOKEN_EXPIRED} at the moment its token expires or is
 * revoked, whether or not anything is sent; on {@link StreamProtocol#SUBPROTOCOL} a client may hand a fresh token in. Other messages of the client are counted and
 * ignored; all of them within a bound per minute. One event loop calls it.
 */
final class Subscription implements SessionListener {

    /** Lines for opening and closing; never a token. Switched on by level DEBUG for this name. */
    private static final Logger ACCESS = LoggerFactory.getLogger("io.sluice.gateway.access");

    private final StreamHub hub;
    private final Ask ask;
    private final Caller caller;
    private final StreamHub.Client client;
    private final EventLoop loop;
    private final Clock clock;
    private final TokenLife life;
    private @Nullable WebSocketSession session;
    private Caller.@Nullable Access access;
    private @Nullable Reader reader;
    private long windowStart;
    private int messagesInWindow;
    private boolean refreshing;

    Subscription(StreamHub hub, Ask ask, Caller caller, Context context, StreamHub.Client client) {
        this.hub = hub;
        this.ask = ask;
        this.caller = caller;
        this.client = client;
        this.loop = ((ContextInternal) context).nettyEventLoop();
        this.clock = client.clock();
        this.access = caller.access();
        this.life = new TokenLife(context, clock, client.revocations(), this::tokenEnded);
    }

    @Override
    public void opened(WebSocketSession opened) {
        session = opened;
        windowStart = clock.millis();
        hub.entered();
        join(opened);
        if (access != null) {
            life.follow(access.principal(), access.expiresAt());
        }
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", opened.remote())
                .addKeyValue("requestId", caller.requestId())
                .log("opened");
    }

    /** Live subscribers of everything share one fan-out; who needs a place of its own gets a reader, for as long as that is so. */
    private void join(WebSocketSession opened) {
        if (ask.start() instanceof Start.Live && hub.sharesFrames(ask)) {
            hub.join(opened, access);
            return;
        }
        Reader own = hub.reader(ask, new WebSocketOutlet(opened));
        reader = own;
        hub.greet(opened, own.position(), access);
        hub.add(own, loop, () -> handOver(own, opened));
    }

    private void handOver(Reader own, WebSocketSession opened) {
        if (hub.sharesFrames(ask) && hub.handOver(own, opened)) {
            hub.remove(own, loop);
            reader = null;
        }
    }

    @Override
    public void writable(WebSocketSession drained) {
        if (reader != null) {
            hub.wake(loop);
        }
    }

    @Override
    public void text(WebSocketSession from, String message) {
        if (tooMany(from)) {
            return;
        }
        if (StreamProtocol.SUBPROTOCOL.equals(from.subprotocol())) {
            StreamProtocol.refreshToken(message).ifPresent(token -> refresh(from, token));
        }
    }

    @Override
    public void binary(WebSocketSession from, byte[] message) {
        tooMany(from);
    }

    @Override
    public void closed(WebSocketSession gone, int code, String reason) {
        life.stop();
        caller.release().run();
        if (session != null) {
            hub.left();
        }
        if (reader != null) {
            hub.remove(reader, loop);
        }
        hub.meters().closed(code);
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", gone.remote())
                .addKeyValue("requestId", caller.requestId())
                .addKeyValue("status", code)
                .log("closed");
    }

    private void tokenEnded(String reason) {
        if (session != null) {
            session.close(StreamProtocol.TOKEN_EXPIRED, reason);
        }
    }

    /** One at a time: a client that sends the next token before the answer to the last is refused. */
    private void refresh(WebSocketSession from, String token) {
        Caller.Access before = access;
        if (before == null || refreshing) {
            refuse(from, before == null ? "this API needs no token" : "the last token is still being checked");
            return;
        }
        refreshing = true;
        client.tokens()
                .check(hub.api(), token, caller.requestId())
                .onSuccess(verdict -> loop.execute(() -> {
                    refreshing = false;
                    if (verdict instanceof TokenRefresh.Verdict.Good good) {
                        take(from, before, good.access());
                    } else if (verdict instanceof TokenRefresh.Verdict.Bad bad) {
                        refuse(from, bad.reason());
                    }
                }));
    }

    private void take(WebSocketSession from, Caller.Access before, Caller.Access fresh) {
        TokenRefresh.fault(before.principal(), fresh.principal(), hub.api())
                .ifPresentOrElse(fault -> refuse(from, fault), () -> {
                    access = fresh;
                    hub.meters().tokenRefresh(true);
                    life.follow(fresh.principal(), fresh.expiresAt());
                    from.sendText(StreamProtocol.refreshed(fresh.expiresAt()));
                });
    }

    private void refuse(WebSocketSession from, String why) {
        hub.meters().tokenRefresh(false);
        from.sendText(StreamProtocol.refreshRefused(why));
    }

    private boolean tooMany(WebSocketSession from) {
        hub.meters().clientMessage();
        long now = clock.millis();
        if (now - windowStart >= 60_000) {
            windowStart = now;
            messagesInWindow = 0;
        }
        if (++messagesInWindow > client.messagesPerMinute()) {
            from.close(CloseCode.POLICY_VIOLATION, "more than " + client.messagesPerMinute() + " messages in a minute");
            return true;
        }
        return false;
    }
}
