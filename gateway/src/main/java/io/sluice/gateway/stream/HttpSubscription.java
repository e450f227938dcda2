package io.sluice.gateway.stream;

import io.sluice.gateway.auth.Revocations;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that gets a stream in the answer to an HTTP request, from its admission to the end. Belongs to the request's event loop. */
final class HttpSubscription {

    private static final Logger ACCESS = LoggerFactory.getLogger("io.sluice.gateway.access");

    private final StreamHub hub;
    private final Caller caller;
    private final HttpServerResponse response;
    private final ContextInternal context;
    private final TokenLife life;
    private final Outlet outlet;
    private final Reader reader;
    private final long timer;
    private boolean ended;

    private HttpSubscription(
            StreamHub hub,
            Ask ask,
            Caller caller,
            HttpServerResponse response,
            Context context,
            Environment environment,
            Duration wait) {
        this.hub = hub;
        this.caller = caller;
        this.response = response;
        this.context = (ContextInternal) context;
        boolean poll = !wait.isNegative();
        if (poll) {
            LongPoll longPoll = new LongPoll(response, this::position);
            outlet = longPoll;
            reader = hub.reader(ask, outlet);
            timer = this.context.setTimer(Math.max(1, wait.toMillis()), late -> longPoll.answer());
        } else {
            EventStream events = new EventStream(response);
            outlet = events;
            reader = hub.reader(ask, outlet);
            events.open(reader.position());
            timer = this.context.setPeriodic(EventStream.HEARTBEAT.toMillis(), beat -> events.heartbeat());
        }
        life = new TokenLife(
                context,
                environment.clock(),
                environment.revocations(),
                reason -> outlet.end(StreamProtocol.TOKEN_EXPIRED, reason));
    }

    /**
     * What it needs from the gateway.
     *
     * @param clock for the token's end
     * @param revocations ended tokens
     */
    record Environment(Clock clock, Revocations revocations) {}

    /** Sends events until one side ends. */
    static void stream(
            StreamHub hub, Ask ask, Caller caller, HttpServerResponse response, Context context, Environment with) {
        new HttpSubscription(hub, ask, caller, response, context, with, Duration.ofMillis(-1)).begin("sse");
    }

    /** Answers once. */
    static void poll(
            StreamHub hub,
            Ask ask,
            Caller caller,
            HttpServerResponse response,
            Context context,
            Environment with,
            Duration wait) {
        new HttpSubscription(hub, ask, caller, response, context, with, wait).begin("poll");
    }

    private EventId position() {
        return reader.position();
    }

    private void begin(String transport) {
        response.closeHandler(gone -> end());
        response.endHandler(done -> end());
        response.exceptionHandler(broken -> end());
        response.drainHandler(room -> hub.wake(context.nettyEventLoop()));
        hub.entered();
        hub.add(reader, context.nettyEventLoop(), () -> {});
        if (caller.access() != null) {
            life.follow(caller.access().principal(), caller.access().expiresAt());
        }
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("transport", transport)
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", caller.remote())
                .addKeyValue("requestId", caller.requestId())
                .log("opened");
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        context.owner().cancelTimer(timer);
        life.stop();
        hub.remove(reader, context.nettyEventLoop());
        hub.left();
        caller.release().run();
        ACCESS.atDebug()
                .addKeyValue("api", hub.api().name())
                .addKeyValue("principal", caller.name())
                .addKeyValue("remote", caller.remote())
                .addKeyValue("requestId", caller.requestId())
                .log("closed");
    }
}
