package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.ExtensionMeters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The subscribers of one stream of events.
 *
 * <ol>
 *   <li>An event is encoded once and goes to all. {@link #send} never waits: a subscriber for whom more than {@code queueBytes} wait is disconnected
 *       and counted; it may come back.
 *   <li>The last {@code replay} events are kept. Who comes with {@code Last-Event-ID} gets what came after it, without gap or duplicate; where that is
 *       not kept any more, an event of type {@code gap} comes first.
 *   <li>A comment every {@code heartbeat} milliseconds keeps idle connections open.
 * </ol>
 *
 * <p>Thread-safe.
 */
final class Audience implements AutoCloseable {

    /**
     * Bounds and manners.
     *
     * @param headers of every answer
     * @param replay events kept
     * @param queueBytes most bytes that wait for one subscriber
     * @param most subscribers
     * @param heartbeat milliseconds between comments
     */
    record Manner(Map<String, String> headers, int replay, long queueBytes, int most, long heartbeat) {}

    private record Kept(long number, Buffer frame) {}

    private final Vertx vertx;
    private final Manner manner;
    private final ExtensionMeters meters;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final Deque<Kept> kept = new ArrayDeque<>(); // guarded by this, like the next two
    private long last;
    private boolean closed;
    private final long timer;

    Audience(Vertx vertx, Manner manner, ExtensionMeters meters) {
        this.vertx = vertx;
        this.manner = manner;
        this.meters = meters;
        Buffer comment = Buffer.buffer(":\n\n");
        this.timer = vertx.setPeriodic(manner.heartbeat(), tick -> subscribers.forEach(all -> all.offer(comment)));
    }

    int size() {
        return subscribers.size();
    }

    synchronized void send(String payload) {
        last++;
        Buffer frame = Buffer.buffer(EventStream.frame(run + "-" + last, payload));
        kept.add(new Kept(last, frame));
        if (kept.size() > manner.replay()) {
            kept.remove();
        }
        subscribers.forEach(subscriber -> subscriber.offer(frame));
    }

    /** Takes a client in. On the event loop of the request. */
    void add(HttpServerRequest request) {
        Subscriber joining = new Subscriber(request);
        synchronized (this) {
            if (closed || subscribers.size() >= manner.most()) {
                Problem.retry(
                                503,
                                "HTTP-503",
                                "Busy",
                                closed ? "The app is stopping." : subscribers.size() + " clients listen already.")
                        .refuse(request, vertx);
                return;
            }
            joining.begin();
            missed(request.getHeader("Last-Event-ID"), joining);
            subscribers.add(joining);
        }
    }

    private void missed(@org.jspecify.annotations.Nullable String id, Subscriber joining) {
        if (id == null || id.isEmpty()) {
            return;
        }
        boolean ours = id.matches(run + "-\\d{1,18}");
        long seen = ours ? Long.parseLong(id.substring(run.length() + 1)) : 0;
        long oldest = kept.isEmpty() ? last + 1 : kept.peek().number();
        if (!ours || seen + 1 < oldest) {
            joining.offer(Buffer.buffer("event: gap\ndata: events after '" + id.replaceAll("[^A-Za-z0-9._-]", "?")
                    + "' are not kept any more\n\n"));
        }
        for (Kept event : kept) {
            if (event.number() > seen) {
                joining.offer(event.frame());
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        vertx.cancelTimer(timer);
        subscribers.forEach(Subscriber::end);
        subscribers.clear();
    }

    /** One client. */
    private final class Subscriber {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final Context loop = vertx.getOrCreateContext();
        private final AtomicLong waiting = new AtomicLong();

        private Subscriber(HttpServerRequest request) {
            this.request = request;
            this.response = request.response();
        }

        private void begin() {
            response.putHeader("Content-Type", EventStream.CONTENT_TYPE)
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Accel-Buffering", "no");
            manner.headers().forEach(response::putHeader);
            if (request.version() != HttpVersion.HTTP_2) {
                response.setChunked(true);
            }
            response.closeHandler(gone -> subscribers.remove(this));
            response.exceptionHandler(gone -> subscribers.remove(this));
            offer(Buffer.buffer(":\n\n")); // lets the client see the headers at once
        }

        private void offer(Buffer frame) {
            if (waiting.addAndGet(frame.length()) > manner.queueBytes()) {
                if (subscribers.remove(this)) {
                    meters.count("slow.consumers.disconnected", 1);
                }
                loop.runOnContext(now -> response.reset());
                return;
            }
            loop.runOnContext(now -> {
                if (!response.ended() && !response.closed()) {
                    response.write(frame).onComplete(done -> waiting.addAndGet(-frame.length()));
                }
            });
        }

        private void end() {
            loop.runOnContext(now -> {
                if (!response.ended() && !response.closed()) {
                    response.end();
                }
            });
        }
    }
}
