package io.sluice.gateway.stream;

import io.netty.channel.EventLoop;
import io.sluice.websocket.CloseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The readers of one stream on one event loop. However many events come meanwhile, one task of the loop serves all of them. */
final class ReaderGroup {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderGroup.class);

    private final EventLoop loop;
    private final Journal journal;
    private final Runnable served;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Member> members = new ArrayList<>(); // the loop's
    private volatile long place;

    private record Member(Reader reader, Runnable caughtUp) {}

    /** @param served told after every delivery, on the loop */
    ReaderGroup(EventLoop loop, Journal journal, Runnable served) {
        this.loop = loop;
        this.journal = journal;
        this.served = served;
        this.place = journal.next();
    }

    /**
     * Adds a reader. Any thread.
     *
     * @param caughtUp told whenever the reader has got everything, on the loop; may remove it
     */
    void add(Reader reader, Runnable caughtUp) {
        execute(() -> {
            members.add(new Member(reader, caughtUp));
            wake();
        });
    }

    /** Any thread. */
    void remove(Reader reader) {
        reader.stop();
        execute(() -> members.removeIf(member -> member.reader() == reader));
    }

    /** Ends every client with {@link CloseCode#GOING_AWAY}. Any thread. */
    void close() {
        execute(() -> List.copyOf(members).forEach(member -> {
            member.reader().pump();
            member.reader().close(CloseCode.GOING_AWAY, "the stream ended");
        }));
    }

    /** There is something new. Any thread. */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            execute(this::deliver);
        }
    }

    /** Whether the loop keeps up with the stream, its clients aside. */
    boolean hasRoom() {
        return !scheduled.get() || (journal.next() - place) * 2 <= journal.capacity();
    }

    private void deliver() {
        scheduled.set(false);
        long upTo = journal.next();
        for (Member member : List.copyOf(members)) {
            serve(member);
        }
        place = upTo;
        served.run();
    }

    private static void serve(Member member) {
        try {
            member.reader().pump();
            if (member.reader().caughtUp()) {
                member.caughtUp().run();
            }
        } catch (RuntimeException fault) {
            member.reader().stop();
            LOG.atError().setCause(fault).log("a subscriber could not be served");
        }
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            LOG.atDebug().log("event loop has stopped, and its connections with it");
        }
    }
}
