package io.sluice.gateway.stream;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.api.StreamingApi.SlowConsumer;
import io.sluice.websocket.CloseCode;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One client's place in a journal. It holds no events of its own: a client that does not read costs no memory, and once it is farther behind than the API allows
 * (or than the journal reaches) the API's policy decides. Belongs to the client's event loop.
 */
final class Reader {

    private final Journal journal;
    private final String epoch;
    private final StreamingApi api;
    private final Predicate<StreamEvent> filter;
    private final Outlet outlet;
    private final StreamMeters.OfApi meters;
    private volatile long place;
    private long mayBeBehind;
    private @Nullable Gap gap;
    private boolean begun;
    private volatile boolean ended;

    /**
     * @param at the number of the first event it gets
     * @param gap what is missing before that, or null
     */
    Reader(Stream stream, Predicate<StreamEvent> filter, Outlet outlet, long at, @Nullable Gap gap) {
        this.journal = stream.journal();
        this.epoch = stream.epoch();
        this.api = stream.api();
        this.meters = stream.meters();
        this.filter = filter;
        this.outlet = outlet;
        this.place = at;
        this.gap = gap;
        this.mayBeBehind = api.queue() + journal.next() - at;
    }

    /** What all readers of a hub have in common. */
    record Stream(StreamingApi api, Journal journal, String epoch, StreamMeters.OfApi meters) {}

    /** The id of the last event that it has seen, passed on or not. */
    EventId position() {
        return new EventId(epoch, place - 1);
    }

    long place() {
        return place;
    }

    boolean caughtUp() {
        return !ended && gap == null && place == journal.next();
    }

    /** Passes on what there is, as far as the client takes it. */
    void pump() {
        if (ended) {
            return;
        }
        long sent = 0;
        long conflated = 0;
        judge();
        begun = true;
        while (!ended && outlet.writable() && (gap != null || place < journal.next())) {
            StreamEvent event = journal.get(place);
            if (event == null && place < journal.next()) {
                judge();
                continue;
            }
            tellGap();
            if (event == null) {
                continue;
            }
            place = event.number() + 1;
            if (event.superseded()) {
                conflated++;
            } else if (filter.test(event)) {
                outlet.event(event, new EventId(epoch, event.number()));
                sent += event.kind() == StreamEvent.Kind.MARK ? 0 : 1;
            }
        }
        if (!ended) {
            outlet.flush();
        }
        meters.sent(sent);
        meters.conflated(conflated);
    }

    /** Ends the client. */
    void close(int code, String reason) {
        if (!ended) {
            ended = true;
            outlet.end(code, reason);
        }
    }

    /** Nothing more is passed on. */
    void stop() {
        ended = true;
    }

    /**
     * Applies the API's policy to a client that is too far behind. A client that could be written to is not slow, only late; and one that starts at the old end
     * may lose some events before its first look.
     */
    private void judge() {
        long first = journal.first();
        long next = journal.next();
        boolean off = place < first;
        mayBeBehind = Math.max(api.queue(), Math.min(mayBeBehind, next - place + api.queue()));
        boolean slow = api.slowConsumer() != SlowConsumer.CONFLATE && next - place > mayBeBehind && !outlet.writable();
        if (off && !begun) {
            skipTo(first, Gap.Reason.EXPIRED);
        } else if ((off || slow) && api.slowConsumer() == SlowConsumer.DISCONNECT) {
            ended = true;
            meters.slowConsumerClosed();
            outlet.end(CloseCode.TRY_AGAIN_LATER, "too slow for the stream");
        } else if (off || slow) {
            long to = off ? first : Math.max(first, next - api.queue());
            meters.dropped("slow_consumer", to - place);
            skipTo(to, Gap.Reason.SLOW);
        }
    }

    private void skipTo(long to, Gap.Reason reason) {
        EventId from = gap != null && gap.from() != null ? gap.from() : new EventId(epoch, place);
        gap = new Gap(gap == null ? reason : gap.reason(), from, new EventId(epoch, to - 1));
        place = to;
    }

    private void tellGap() {
        if (gap != null) {
            outlet.gap(gap);
            gap = null;
        }
    }
}
