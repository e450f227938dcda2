package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a fan-out that lives on one event loop. Messages are numbered when they are published. They wait in an inbox, under a lock that is held for a
 * few pointer moves only, until one task of the loop takes all of them over into the ring and serves every subscriber from its own place there.
 */
final class LoopRing {
    private static final Logger LOG = LoggerFactory.getLogger(LoopRing.class);

    /** What all rings of a fan-out have in common; {@code total} counts their subscribers. */
    record Policy(
            String name,
            int capacity,
            long maxBytes,
            FanOut.SlowConsumer slowConsumer,
            FanOut.Listener listener,
            AtomicInteger total) {
        FrameQueue newQueue() {
            return new FrameQueue(capacity, maxBytes);
        }
    }

    private final EventLoop loop;
    private final Policy policy;

    private final Object lock = new Object();
    // The next six are guarded by the lock.
    private FrameQueue inbox;
    private List<Subscriber> joining = new ArrayList<>();
    private int interested;
    private boolean scheduled;
    private boolean crowded;
    private boolean closed;

    // The rest belongs to the loop. The spare queue is swapped with the inbox, and empty between two deliveries.
    private FrameQueue spare;
    private final FrameQueue ring;
    private final List<Subscriber> subscribers = new ArrayList<>();

    LoopRing(EventLoop loop, Policy policy) {
        this.loop = loop;
        this.policy = policy;
        inbox = policy.newQueue();
        spare = policy.newQueue();
        ring = policy.newQueue();
    }

    /** Any thread. */
    void join(FrameSession session) {
        synchronized (lock) {
            if (!closed) {
                joining.add(new Subscriber(session, inbox.next()));
                interested++;
                policy.total().incrementAndGet();
            } else {
                session.close(CloseCode.GOING_AWAY, "the stream ended");
            }
        }
        requestDelivery();
    }

    /** Any thread. As a task of its own, it finds the session even if it has joined just now. */
    void leave(FrameSession session) {
        loop.execute(() -> {
            deliver();
            for (Subscriber subscriber : List.copyOf(subscribersOf(session))) {
                session.unfollow(subscriber);
                subscriber.ended();
            }
        });
    }

    /** Any thread. The frame stays the caller's. */
    void offer(ByteBuf frame) {
        synchronized (lock) {
            if (closed || interested == 0) {
                return;
            }
            inbox.add(frame.retain());
            crowded |= inbox.isMoreThanHalfFull();
        }
        requestDelivery();
    }

    boolean hasRoom() {
        synchronized (lock) {
            return !inbox.isMoreThanHalfFull();
        }
    }

    /** Any thread. */
    void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        execute(() -> {
            deliver();
            for (Subscriber subscriber : List.copyOf(subscribers)) {
                subscriber.session.close(CloseCode.GOING_AWAY, "the stream ended");
            }
        });
    }

    private void requestDelivery() {
        synchronized (lock) {
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        execute(this::deliver);
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The server is gone, and its connections with it.
            synchronized (lock) {
                inbox.restartAt(inbox.next());
            }
        }
    }

    /** Takes the inbox over, serves everybody, and lets go of what nobody waits for. Only as a task of the loop, never nested. */
    private void deliver() {
        List<Subscriber> joined;
        boolean roomAgain;
        synchronized (lock) {
            FrameQueue full = inbox;
            inbox = spare;
            inbox.restartAt(full.next());
            spare = full;
            joined = joining;
            joining = new ArrayList<>();
            scheduled = false;
            roomAgain = crowded;
            crowded = false;
        }
        joined.forEach(Subscriber::admit);
        ring.takeAll(spare);
        ring.releaseBefore(serveAll());
        if (roomAgain) {
            tell(policy.listener()::room);
        }
    }

    /**
     * Backwards, because a subscriber that leaves is replaced by the last one, which has been served by then.
     *
     * @return the number of the oldest frame that somebody still waits for
     */
    private long serveAll() {
        long oldest = ring.next();
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            if (i < subscribers.size()) {
                Subscriber subscriber = subscribers.get(i);
                subscriber.serve();
                if (subscriber.place >= 0) {
                    oldest = Math.min(oldest, subscriber.cursor);
                }
            }
        }
        return oldest;
    }

    private List<Subscriber> subscribersOf(FrameSession session) {
        return session.followers().stream()
                .filter(Subscriber.class::isInstance)
                .map(Subscriber.class::cast)
                .filter(subscriber -> subscriber.ring() == this)
                .toList();
    }

    private void forget() {
        synchronized (lock) {
            interested--;
        }
        policy.total().decrementAndGet();
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("fanOut", policy.name()).log("The listener of a fan-out failed");
        }
    }

    /** A session and its place in the stream: the number of the frame it gets next. */
    private final class Subscriber implements FrameSession.Follower {
        private final FrameSession session;
        private long cursor;
        /** Index in the list, or -1 if not there. */
        private int place = -1;

        private boolean serving;

        Subscriber(FrameSession session, long cursor) {
            this.session = session;
            this.cursor = cursor;
        }

        LoopRing ring() {
            return LoopRing.this;
        }

        void admit() {
            if (session.hasEnded()) {
                forget();
                return;
            }
            place = subscribers.size();
            subscribers.add(this);
            session.follow(this);
        }

        /** Writes while there is room and flushes once. A flush that makes room is seen by the loop, not by the event that it fires meanwhile. */
        void serve() {
            if (serving) {
                return;
            }
            serving = true;
            try {
                while (hasNext()) {
                    while (hasNext()) {
                        session.write(ring.get(cursor).retainedDuplicate());
                        cursor++;
                    }
                    session.flush();
                }
            } finally {
                serving = false;
            }
        }

        private boolean hasNext() {
            return !lagsBehind() && cursor < ring.next() && session.writable();
        }

        /** Applies the policy to one that is more than the ring behind; true if that ended it. */
        private boolean lagsBehind() {
            long lost = ring.first() - cursor;
            if (lost <= 0) {
                return false;
            }
            cursor = ring.first();
            if (policy.slowConsumer() == FanOut.SlowConsumer.DROP_OLDEST) {
                tell(() -> policy.listener().dropped(lost));
                return false;
            }
            tell(policy.listener()::disconnected);
            session.close(CloseCode.TRY_AGAIN_LATER, "too slow for the stream");
            return true;
        }

        @Override
        public void writable() {
            boolean behind = cursor < ring.next();
            serve();
            if (behind && cursor == ring.next()) {
                // It caught up: frames may be free.
                requestDelivery();
            }
        }

        @Override
        public void ended() {
            if (place < 0) {
                return;
            }
            Subscriber last = subscribers.remove(subscribers.size() - 1);
            if (last != this) {
                subscribers.set(place, last);
                last.place = place;
            }
            place = -1;
            forget();
            if (!ring.isEmpty()) {
                requestDelivery();
            }
        }
    }
}
