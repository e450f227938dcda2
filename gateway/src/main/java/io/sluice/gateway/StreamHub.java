package io.sluice.gateway;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.websocket.FanOut;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streaming API at work: its upstream and everybody who listens. Events come in on the upstream's event loop and leave through two fan-outs, one
 * for clients that get the bare events and one for those on {@link StreamProtocol#SUBPROTOCOL}; control messages go through the second one too,
 * so that they keep their place between the events.
 */
final class StreamHub implements Upstream.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamHub.class);

    private final StreamingApi api;
    private final GatewayMeters.OfApi meters;
    private final Upstream upstream;
    private final FanOut plain;
    private final FanOut framed;
    private final AtomicInteger sessions = new AtomicInteger();

    StreamHub(StreamingApi api, int maxEventBytes, GatewayMeters meters, Clock clock) {
        this.api = api;
        this.meters = meters.of(api.name());
        this.plain = new FanOut(api.name(), api.queue(), api.slowConsumer(), new Deliveries());
        this.framed = new FanOut(
                api.name() + "/" + StreamProtocol.SUBPROTOCOL, api.queue(), api.slowConsumer(), new Deliveries());
        this.upstream = new Upstream(api.name(), api.upstream(), maxEventBytes, this, clock, Upstream.Pace.NORMAL);
    }

    /** Starts to connect to the upstream; does not wait for it. */
    Future<String> start(Vertx vertx) {
        meters.watch(this);
        return vertx.deployVerticle(upstream);
    }

    StreamingApi api() {
        return api;
    }

    GatewayMeters.OfApi meters() {
        return meters;
    }

    Upstream.Status upstream() {
        return upstream.status();
    }

    /** Clients connected now. */
    int sessions() {
        return sessions.get();
    }

    /** Adds a client; it gets the events from now on. On the session's event loop. */
    void join(WebSocketSession session) {
        sessions.incrementAndGet();
        if (StreamProtocol.SUBPROTOCOL.equals(session.subprotocol())) {
            framed.subscribe(session);
            session.sendText(StreamProtocol.hello(api, upstream.status()));
        } else {
            plain.subscribe(session);
        }
    }

    /** To be called once for each {@link #join}, after the session has ended. */
    void left() {
        sessions.decrementAndGet();
    }

    @Override
    public void connected(Instant since) {
        framed.publishText(StreamProtocol.upstream(true, since));
    }

    @Override
    public void disconnected(Instant since) {
        framed.publishText(StreamProtocol.upstream(false, since));
    }

    @Override
    public void text(byte[] utf8) {
        count();
        plain.publishText(utf8);
        if (framed.subscribers() > 0) {
            framed.publishText(StreamProtocol.event(utf8));
        }
        holdBackIfFull();
    }

    @Override
    public void binary(byte[] payload) {
        count();
        plain.publishBinary(payload);
        if (framed.subscribers() > 0) {
            framed.publishBinary(StreamProtocol.event(payload));
        }
        holdBackIfFull();
    }

    @Override
    public void rejected(MessageAssembler.Reason reason) {
        String label = reason.name().toLowerCase(Locale.ROOT);
        meters.dropped(label, 1);
        LOG.atDebug()
                .addKeyValue("api", api.name())
                .addKeyValue("error", label)
                .log("upstream sent an event that cannot be passed on");
    }

    private void count() {
        meters.event(plain.subscribers() + framed.subscribers());
    }

    /** Closes every client with 1001. */
    @Override
    public void close() {
        meters.unwatch();
        plain.close();
        framed.close();
    }

    /**
     * Holds the upstream back while the event loops are behind. That is about the loops, not about a slow client, which only loses its own place. Asks
     * again after pausing: the room may have come in between, and would not be told twice.
     */
    private void holdBackIfFull() {
        if (!hasRoom()) {
            meters.paused();
            upstream.pause();
            if (hasRoom()) {
                upstream.resume();
            }
        }
    }

    private boolean hasRoom() {
        return plain.hasRoom() && framed.hasRoom();
    }

    private final class Deliveries implements FanOut.Listener {
        @Override
        public void dropped(long messages) {
            meters.dropped("slow_consumer", messages);
        }

        @Override
        public void disconnected() {
            meters.slowConsumerClosed();
        }

        @Override
        public void room() {
            if (hasRoom()) {
                upstream.resume();
            }
        }
    }
}
