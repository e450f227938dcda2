package io.sluice.gateway.stream;

import com.fasterxml.jackson.core.JsonPointer;
import io.netty.channel.EventLoop;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.api.StreamingApi.SlowConsumer;
import io.sluice.gateway.auth.Revocations;
import io.sluice.websocket.FanOut;
import io.sluice.websocket.WebSocketSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streaming API at work: its upstream, the journal of its last events, and everybody who listens. Events come in on the upstream's event loop, get a number
 * and leave on two ways with the same order and ids:
 *
 * <ol>
 *   <li>through two fan-outs, which encode each event once for all, to WebSocket clients that want all of it from now on, where the API closes slow clients;
 *   <li>through readers of the journal to everybody else: Server-Sent Events, long poll, filters, other policies, and WebSocket clients that resume, until they
 *       have caught up and change over to the fan-out.
 * </ol>
 *
 * <p>The change-over and the numbering share a lock, so that nobody gets an event twice or not at all.
 */
public final class StreamHub implements Upstream.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamHub.class);
    private static final long EXPIRE_EVERY_MILLIS = 1_000;
    private static final int RADIX = 36;

    private final StreamingApi api;
    private final StreamMeters.OfApi meters;
    private final Upstream upstream;
    private final FanOut plain;
    private final FanOut framed;
    private final Journal journal;
    private final Reader.Stream stream;
    private final long startedMillis;
    private final Object order = new Object(); // numbers, publishes and changes over
    private final Map<EventLoop, ReaderGroup> groups = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile boolean held;

    /** What every WebSocket client of a gateway shares. */
    record Client(Clock clock, Revocations revocations, TokenRefresh tokens, int messagesPerMinute) {}

    /** @param maxEventBytes the largest event passed on; larger ones are dropped and counted */
    public StreamHub(StreamingApi api, int maxEventBytes, StreamMeters meters, Clock clock) {
        this.api = api;
        this.meters = meters.of(api.name());
        this.plain = new FanOut(api.name(), api.queue(), FanOut.SlowConsumer.DISCONNECT, new Deliveries());
        this.framed = new FanOut(
                api.name() + "/" + StreamProtocol.SUBPROTOCOL,
                api.queue(),
                FanOut.SlowConsumer.DISCONNECT,
                new Deliveries());
        this.upstream = new Upstream(api.name(), api.upstream(), maxEventBytes, this, clock, Upstream.Pace.NORMAL);
        JsonPointer key = api.conflateKey() == null ? null : JsonPointer.compile(api.conflateKey());
        this.journal = new Journal(Math.max(api.queue(), api.replay().events()), api.replay(), key, clock);
        this.startedMillis = clock.millis();
        this.stream = new Reader.Stream(api, journal, Long.toString(startedMillis, RADIX), this.meters);
    }

    /** Starts to connect to the upstream; does not wait for it. */
    public Future<String> start(Vertx vertx) {
        meters.watch(this);
        return vertx.deployVerticle(upstream).onSuccess(id -> upstream.every(EXPIRE_EVERY_MILLIS, journal::expire));
    }

    public StreamingApi api() {
        return api;
    }

    StreamMeters.OfApi meters() {
        return meters;
    }

    /** How the connection to the upstream is. */
    public Upstream.Status upstream() {
        return upstream.status();
    }

    /** Clients connected now, whatever the transport. */
    public int sessions() {
        return sessions.get();
    }

    /** Events kept for clients that come back. */
    long kept() {
        return journal.next() - journal.first();
    }

    long keptBytes() {
        return journal.bytes();
    }

    /** A client has come; to be paired with {@link #left}. */
    void entered() {
        sessions.incrementAndGet();
    }

    void left() {
        sessions.decrementAndGet();
    }

    /** Whether a client can get the frames that are encoded once for all. */
    boolean sharesFrames(Ask ask) {
        return !ask.filtered() && api.slowConsumer() == SlowConsumer.DISCONNECT;
    }

    /** Adds a client to the fan-out; it gets the events from now on. On the session's event loop. */
    void join(WebSocketSession session, Caller.@Nullable Access access) {
        synchronized (order) {
            greet(session, new EventId(stream.epoch(), journal.next() - 1), access);
            fanOutOf(session).subscribe(session);
        }
    }

    /** Says hello to a client that understands it. On the session's event loop. */
    void greet(WebSocketSession session, EventId cursor, Caller.@Nullable Access access) {
        if (StreamProtocol.SUBPROTOCOL.equals(session.subprotocol())) {
            Instant expires = access == null ? null : access.expiresAt();
            session.sendText(StreamProtocol.hello(api, upstream.status(), cursor, expires));
        }
    }

    /** Moves a client from its reader to the fan-out, if it really has everything; on the session's event loop. */
    boolean handOver(Reader reader, WebSocketSession session) {
        synchronized (order) {
            if (!reader.caughtUp()) {
                return false;
            }
            reader.stop();
            fanOutOf(session).subscribe(session);
            return true;
        }
    }

    /** A reader at the place where the client wants to begin; not served before {@link #add}. */
    Reader reader(Ask ask, Outlet outlet) {
        long first = journal.first();
        long next = journal.next();
        if (ask.start() instanceof Start.After after) {
            EventId id = after.id();
            boolean ours = id.epoch().equals(stream.epoch()) && id.number() < next;
            if (!ours) {
                return new Reader(stream, ask.filter(), outlet, first, new Gap(Gap.Reason.RESTARTED, null, null));
            }
            long wanted = id.number() + 1;
            return new Reader(
                    stream,
                    ask.filter(),
                    outlet,
                    Math.max(first, wanted),
                    wanted < first ? expired(wanted, first) : null);
        }
        if (ask.start() instanceof Start.Since since) {
            long millis = since.instant().toEpochMilli();
            long at = journal.firstSince(millis);
            boolean mayLack = millis < startedMillis || (at == first && first > 1);
            Gap gap = !mayLack
                    ? null
                    : millis < startedMillis
                            ? new Gap(Gap.Reason.RESTARTED, null, null)
                            : new Gap(Gap.Reason.EXPIRED, null, null);
            return new Reader(stream, ask.filter(), outlet, at, gap);
        }
        return new Reader(stream, ask.filter(), outlet, next, null);
    }

    private Gap expired(long from, long first) {
        return new Gap(Gap.Reason.EXPIRED, new EventId(stream.epoch(), from), new EventId(stream.epoch(), first - 1));
    }

    /** Serves a reader from now on. */
    void add(Reader reader, EventLoop loop, Runnable caughtUp) {
        groups.computeIfAbsent(loop, fresh -> new ReaderGroup(fresh, journal, this::roomMade))
                .add(reader, caughtUp);
    }

    void remove(Reader reader, EventLoop loop) {
        ReaderGroup group = groups.get(loop);
        if (group != null) {
            group.remove(reader);
        }
    }

    /** A client on this loop has room again. */
    void wake(EventLoop loop) {
        ReaderGroup group = groups.get(loop);
        if (group != null) {
            group.wake();
        }
    }

    @Override
    public void connected(Instant since) {
        mark(true, since);
    }

    @Override
    public void disconnected(Instant since) {
        mark(false, since);
    }

    private void mark(boolean up, Instant since) {
        synchronized (order) {
            byte[] message = StreamProtocol.upstream(up, since);
            journal.append(StreamEvent.Kind.MARK, message);
            framed.publishText(message);
        }
        groups.values().forEach(ReaderGroup::wake);
    }

    @Override
    public void text(byte[] utf8) {
        publish(StreamEvent.Kind.TEXT, utf8);
    }

    @Override
    public void binary(byte[] payload) {
        publish(StreamEvent.Kind.BINARY, payload);
    }

    private void publish(StreamEvent.Kind kind, byte[] payload) {
        synchronized (order) {
            StreamEvent event = journal.append(kind, payload);
            meters.event(plain.subscribers() + framed.subscribers());
            send(plain, kind, payload);
            if (framed.subscribers() > 0) {
                EventId id = new EventId(stream.epoch(), event.number());
                send(framed, kind, StreamProtocol.event(id, payload));
            }
        }
        groups.values().forEach(ReaderGroup::wake);
        holdBackIfFull();
    }

    private static void send(FanOut to, StreamEvent.Kind kind, byte[] message) {
        if (kind == StreamEvent.Kind.TEXT) {
            to.publishText(message);
        } else {
            to.publishBinary(message);
        }
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

    /** Ends every client with 1001. */
    @Override
    public void close() {
        meters.unwatch();
        plain.close();
        framed.close();
        groups.values().forEach(ReaderGroup::close);
    }

    private FanOut fanOutOf(WebSocketSession session) {
        return StreamProtocol.SUBPROTOCOL.equals(session.subprotocol()) ? framed : plain;
    }

    /**
     * Holds the upstream back while the event loops are behind. That is about the loops, not about a slow client, which only loses its own place. Asks
     * again after pausing: the room may have come in between, and would not be told twice.
     */
    private void holdBackIfFull() {
        if (!hasRoom()) {
            meters.paused();
            held = true;
            upstream.pause();
            roomMade();
        }
    }

    private void roomMade() {
        if (held && hasRoom()) {
            held = false;
            upstream.resume();
        }
    }

    private boolean hasRoom() {
        if (!plain.hasRoom() || !framed.hasRoom()) {
            return false;
        }
        for (ReaderGroup group : groups.values()) {
            if (!group.hasRoom()) {
                return false;
            }
        }
        return true;
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
            roomMade();
        }
    }
}
