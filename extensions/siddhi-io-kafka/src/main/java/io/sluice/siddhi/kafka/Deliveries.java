package io.sluice.siddhi.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a sink was given, and how far all of it is settled: acknowledged, or taken by {@code on.error}. Acknowledgements of different partitions come in
 * any order; what counts is the oldest that is missing. Its size is bounded by the producer's buffer. Thread-safe.
 */
final class Deliveries {

    /** One record on its way. */
    static final class Ticket {
        private boolean settled; // guarded by the deliveries
    }

    private final Deque<Ticket> open = new ArrayDeque<>(); // guarded by this, like all below
    private long given;
    private long settled;

    /** The next record. */
    synchronized Ticket take() {
        Ticket ticket = new Ticket();
        open.add(ticket);
        given++;
        return ticket;
    }

    /** Nothing more will become of this record. Safe to call twice. */
    synchronized void settle(Ticket ticket) {
        ticket.settled = true;
        for (Ticket first = open.peek(); first != null && first.settled; first = open.peek()) {
            open.remove();
            settled++;
        }
    }

    synchronized long given() {
        return given;
    }

    synchronized long settled() {
        return settled;
    }
}
