package io.sluice.dataservice.service;

import io.micrometer.core.instrument.Gauge;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.DataMeters;
import io.sluice.dataservice.reply.LiveRows;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.Workers;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Those who follow a resource, no more at once than are allowed. Thread-safe. */
public final class Tails {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Semaphore places;
    private final Set<Tail> open = ConcurrentHashMap.newKeySet();
    private final Workers workers;
    private final Duration stall;
    private final Clock clock;
    private final CallLog log;
    private volatile boolean closed;

    /**
     * @param most tails at once
     * @param workers look at the tables
     * @param stall how long a client may take nothing
     * @param clock tells when identities expire
     */
    public Tails(int most, Workers workers, Duration stall, Clock clock, DataMeters meters) {
        this.places = new Semaphore(most);
        this.workers = workers;
        this.stall = stall;
        this.clock = clock;
        this.log = new CallLog(meters);
        Gauge.builder("dataservice.tails", open, Set::size)
                .description("Clients that follow a resource")
                .register(meters.registry());
    }

    /**
     * Begins one, on the event loop of its connection.
     *
     * @throws ProblemException if there are as many as may be
     */
    void open(Call call, Reader reader, ReadOperation.Plan plan, MediaType media) {
        if (closed || !places.tryAcquire()) {
            throw new ProblemException(DataError.TOO_MANY_TAILS, "as many clients follow resources here as may")
                    .hint("Ask for pages with a cursor, or raise 'dataservice.limits.tails'.")
                    .retryAfter(RETRY);
        }
        ReadOperation.Live live = Objects.requireNonNull(plan.live());
        LiveRows rows = new LiveRows(plan.tree(), media);
        TailQuery query = new TailQuery(reader, plan, rows, live.settle(), live.start());
        Tail tail = new Tail(call, query, rows, live.poll(), workers, stall, log, this::over);
        open.add(tail);
        tail.begin(call.caller().expiresIn(clock));
    }

    private void over(Tail tail) {
        if (open.remove(tail)) {
            places.release();
        }
    }

    /** Takes no more, and ends those that are open, each with the reason. */
    public void close() {
        closed = true;
        open.forEach(Tail::stop);
    }
}
