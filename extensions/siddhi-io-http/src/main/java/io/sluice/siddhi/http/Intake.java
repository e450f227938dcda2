package io.sluice.siddhi.http;

import io.siddhi.core.config.SiddhiAppContext;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.FailureNotes;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SharedResources;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries requests from event loops into the app, each as one batch, and answers them when the app has processed them.
 *
 * <ol>
 *   <li>{@link #offer} never blocks. Bound: {@code maxOpen} requests between arrival and answer, and {@value #MAX_BYTES} bytes of bodies. Beyond it a
 *       request is refused with 503, nothing of it was taken.
 *   <li>A payload that the mapper refuses gets 400 with the mapper's reason, and none of its events reaches the app.
 *   <li>What the app failed to process gets 500 with {@code Retry-After}; part of it may be applied, so a repeated request may repeat effects.
 *   <li>A request that is not answered within {@code patience} gets the late answer; if it is still waiting for its turn, the app never sees it.
 *   <li>{@link #pause} returns when no request is between here and the app. {@link #close} gives the app two seconds and refuses the rest.
 * </ol>
 */
final class Intake implements AutoCloseable {

    static final long MAX_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final String ID = "request";
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);
    private static final long LONGEST_SWEEP = 1_000;

    /**
     * How a kind of source answers.
     *
     * @param maxOpen requests between arrival and answer
     * @param workers threads that map; one keeps the order of arrival
     * @param patience until the late answer
     * @param late what an unanswered request gets
     * @param awaitsReply whether somebody else answers after the processing
     */
    record Manner(int maxOpen, int workers, Duration patience, Reply late, boolean awaitsReply) {}

    private final Place place;
    private final Consumer<Exchange> mapper;
    private final List<String> wanted;
    private final Manner manner;
    private final ExtensionMeters meters;
    private final FailureNotes failures;
    private final SharedResources resources;
    private final List<Worker> workers = new ArrayList<>();
    private final Queue<Exchange> waiting = new ArrayDeque<>(); // guarded by this, like all below
    private final Set<Exchange> open = new LinkedHashSet<>();
    private long bytes;
    private long sweeper = -1;
    private int busy;
    private boolean paused;
    private boolean closing;

    /**
     * Prepares the way into the app.
     *
     * @param mapper maps a request to events
     * @param wanted names of the transport properties, for the reason of a refusal
     */
    Intake(
            Place place,
            Consumer<Exchange> mapper,
            List<String> wanted,
            Manner manner,
            ExtensionMeters meters,
            SharedResources resources,
            SiddhiAppContext app) {
        this.place = place;
        this.mapper = mapper;
        this.wanted = wanted;
        this.manner = manner;
        this.meters = meters;
        this.failures = resources.failures();
        this.resources = resources;
        for (int number = 0; number < manner.workers(); number++) {
            workers.add(new Worker(app, number));
        }
    }

    void start() {
        workers.forEach(worker -> worker.thread.start());
        long period = Math.max(1, Math.min(LONGEST_SWEEP, manner.patience().toMillis() / 4));
        synchronized (this) {
            sweeper = resources.vertx().setPeriodic(period, tick -> sweep());
        }
    }

    /** Makes room for some bytes of a body; false if there is none. To be given back by {@link #release}, or by the answer of its exchange. */
    synchronized boolean reserve(long number) {
        if (closing || bytes + number > MAX_BYTES) {
            return false;
        }
        bytes += number;
        return true;
    }

    synchronized void release(long number) {
        bytes -= number;
    }

    /** Answers a request that the app never gets to see, and gives its bytes back. */
    void settle(Exchange exchange, Reply reply) {
        if (exchange.claim()) {
            release(exchange.bytes());
            exchange.send(reply);
        }
    }

    /** Counts something that only one kind of source does. */
    void count(String name) {
        meters.count(name, 1);
    }

    /** Takes a request whose bytes are reserved; false if it was refused for want of room. */
    boolean offer(Exchange exchange) {
        boolean taken;
        synchronized (this) {
            taken = !closing && open.size() < manner.maxOpen();
            if (taken) {
                open.add(exchange);
                waiting.add(exchange);
                notifyAll();
            } else {
                bytes -= exchange.bytes();
            }
        }
        if (!taken && exchange.claim()) {
            exchange.send(busy());
        }
        return taken;
    }

    /** The refusal of a request for which there is no room. */
    Reply busy() {
        meters.count("requests.refused", 1);
        return Problem.retry(
                503,
                "HTTP-503",
                "Busy",
                "The app is not keeping up: " + manner.maxOpen()
                        + " requests wait already. Nothing of this one was taken.");
    }

    /** Answers a request; false if it had an answer before. */
    boolean answer(Exchange exchange, Reply reply) {
        if (!exchange.claim()) {
            return false;
        }
        synchronized (this) {
            if (open.remove(exchange)) {
                bytes -= exchange.bytes();
            }
        }
        exchange.send(reply);
        return true;
    }

    synchronized int openRequests() {
        return open.size();
    }

    void pause() {
        boolean ours = workers.stream().anyMatch(worker -> worker.thread == Thread.currentThread());
        synchronized (this) {
            paused = true;
            long deadline = System.nanoTime() + PAUSE_LIMIT.toNanos();
            try {
                while (busy > 0 && !ours) { // the app itself may pause its sources while it handles one of our events
                    long left = (deadline - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        place.log(LOG, Level.WARN)
                                .addKeyValue("elapsed", PAUSE_LIMIT)
                                .log("source is paused, but the app still works on its last request");
                        return;
                    }
                    wait(left);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            resources.vertx().cancelTimer(sweeper);
            notifyAll();
        }
        workers.forEach(Worker::join);
        workers.forEach(worker -> worker.thread.interrupt());
        workers.forEach(Worker::join);
        List<Exchange> rest;
        synchronized (this) {
            rest = List.copyOf(open);
            waiting.clear();
        }
        Reply stopping = manner.awaitsReply()
                ? manner.late()
                : Problem.retry(
                        503,
                        "HTTP-503",
                        "Stopping",
                        "The app was stopped before it said that it had processed this request.");
        rest.forEach(exchange -> answer(exchange, stopping));
    }

    private void sweep() {
        long now = System.nanoTime();
        List<Exchange> late;
        synchronized (this) {
            late = open.stream().filter(exchange -> exchange.isLate(now)).toList();
        }
        for (Exchange exchange : late) {
            if (answer(exchange, manner.late())) {
                meters.count("requests.late", 1);
            }
        }
    }

    /** The next request that nobody has answered yet; null when it is time to end. */
    private synchronized @Nullable Exchange take() throws InterruptedException {
        while (true) {
            while (!closing && (paused || waiting.isEmpty())) {
                wait();
            }
            Exchange next = paused ? null : waiting.poll();
            if (next == null) {
                return null;
            }
            if (!next.isAnswered()) {
                busy++;
                return next;
            }
        }
    }

    private synchronized void done() {
        busy--;
        notifyAll();
    }

    private Reply unmappable(Exchange exchange, @Nullable Throwable reason) {
        meters.count("requests.unmappable", 1);
        StringBuilder detail =
                new StringBuilder("The payload could not be mapped to an event of stream '" + place.stream() + "'");
        if (reason != null) {
            detail.append(": ").append(reason.getMessage() == null ? "no reason given" : reason.getMessage());
        } else {
            List<String> missing = new ArrayList<>();
            for (int index = 0; index < wanted.size(); index++) {
                if (exchange.properties()[index] == null) {
                    missing.add(wanted.get(index));
                }
            }
            detail.append(missing.isEmpty() ? ": the mapper made no event of it" : ": the request lacks " + missing);
        }
        return Problem.of(
                400,
                "HTTP-400",
                "Not mappable",
                detail.append('.').toString(),
                "Correct the payload; the app took nothing.");
    }

    private Reply notProcessed() {
        meters.count("requests.failed", 1);
        return Problem.retry(
                500,
                "HTTP-500",
                "Not processed",
                "The app failed while it processed the event; what it has done of it may be repeated by a retry.");
    }

    /** One thread that maps, with its own way into the app. */
    private final class Worker implements PositionListener {
        private final Thread thread;
        private final BatchScope scope;
        private final Map<Object, Exchange> handedOver = new ConcurrentHashMap<>();
        private long number;

        private Worker(SiddhiAppContext app, int index) {
            this.scope = resources.host().open(app, place.stream(), this);
            this.thread = new Thread(this::work, "http-source-" + place.stream() + "-" + index);
            this.thread.setDaemon(true);
        }

        private void work() {
            try {
                for (Exchange next = take(); next != null; next = take()) {
                    try {
                        deliver(next);
                    } finally {
                        done();
                    }
                }
            } catch (InterruptedException stopped) {
                place.log(LOG, Level.DEBUG).log("source stopped while the app was busy");
            }
        }

        private void deliver(Exchange exchange) throws InterruptedException {
            scope.begin();
            Throwable mapping;
            Throwable processing;
            try (FailureNotes.Watch watch = failures.watch()) {
                map(exchange);
                mapping = watch.mapping();
                processing = watch.processing();
            }
            if (mapping == null && processing != null && scope.collected() == 0) {
                answer(exchange, notProcessed()); // it failed before the mapper saw it
                return;
            }
            if (mapping != null || scope.collected() == 0) {
                answer(exchange, unmappable(exchange, mapping));
                return;
            }
            if (processing != null) {
                answer(exchange, notProcessed()); // the host processes inside onEvent
            }
            Long id = number++;
            handedOver.put(id, exchange);
            scope.end(Map.of(ID, id));
        }

        /** Siddhi's mappers report by themselves, but deep nesting can overflow the stack. */
        private void map(Exchange exchange) {
            try {
                mapper.accept(exchange);
            } catch (RuntimeException | StackOverflowError trouble) {
                meters.error();
                failures.mappingFailed(trouble);
            }
        }

        @Override
        public void processed(Map<String, Object> position) {
            Exchange exchange = handedOver.remove(position.get(ID));
            if (exchange == null) {
                return; // failed before
            }
            meters.count(1);
            if (!manner.awaitsReply()) {
                answer(exchange, Reply.TAKEN);
            }
        }

        @Override
        public void failed(Map<String, Object> position, Throwable reason) {
            Exchange exchange = handedOver.remove(position.get(ID));
            if (exchange != null) {
                answer(exchange, notProcessed());
            }
        }

        @Override
        public void durable(Map<String, Object> position) {
            // the producer has its answer already
        }

        private void join() {
            if (Thread.currentThread() == thread) {
                return;
            }
            try {
                thread.join(DRAIN_LIMIT.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
