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
 * The part of a fan-out that lives on one event loop. Messages are numbered when they are published. They wait in an inbox until one task
 * of the loop takes all of them over into the ring and serves every subscriber from its own place there.
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
    private final Inbox inbox;

    // The rest belongs to the loop.
    private final FrameQueue ring;
    private final List<Subscriber> subscribers = new ArrayList<>();

    LoopRing(EventLoop loop, Policy policy) {
        this.loop = loop;
        this.policy = policy;
        inbox = new Inbox(policy.newQueue(), policy.newQueue(), () -> execute(this::deliver));
        ring = policy.newQueue();
    }

    /** Any thread. */
    void join(FrameSession session) {
        policy.total().incrementAndGet();
        if (!inbox.join(session)) {
            policy.total().decrementAndGet();
            session.close(CloseCode.GOING_AWAY, "the stream ended");
        }
    }

    /** Any thread. As a task of its own, it finds the session even if it has joined just now. */
    void leave(FrameSession session) {
        execute(() -> {
            deliver();
            for (Subscriber subscriber : subscribersOf(session)) {
                session.unfollow(subscriber);
                subscriber.ended();
            }
        });
    }

    /** Any thread. The frame stays the caller's. */
    void offer(ByteBuf frame) {
        inbox.offer(frame);
    }

    boolean hasRoom() {
        return inbox.hasRoom();
    }

    /** Any thread. */
    void close() {
        if (inbox.close()) {
            execute(() -> {
                deliver();
                for (Subscriber subscriber : List.copyOf(subscribers)) {
                    subscriber.session.close(CloseCode.GOING_AWAY, "the stream ended");
                }
            });
        }
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The server is gone, and its connections with it.
            inbox.close();
            inbox.discard();
        }
    }

    /** Takes the inbox over, serves everybody, and lets go of what nobody waits for. Only as a task of the loop, never nested. */
    private void deliver() {
        Inbox.Taken taken = inbox.take();
        taken.newcomers().forEach(this::admit);
        ring.takeAll(taken.frames());
        ring.releaseBefore(serveAll());
        if (taken.wasCrowded()) {
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

    private void admit(Inbox.Newcomer newcomer) {
        FrameSession session = newcomer.session();
        if (session.hasEnded()) {
            forget();
        } else {
            Subscriber subscriber = new Subscriber(session, newcomer.from(), subscribers.size());
            subscribers.add(subscriber);
            session.follow(subscriber);
        }
    }

    private void forget() {
        inbox.left();
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
        /** Index in the list, or -1 if no longer there. */
        private int place;

        private boolean serving;

        Subscriber(FrameSession session, long cursor, int place) {
            this.session = session;
            this.cursor = cursor;
            this.place = place;
        }

        LoopRing ring() {
            return LoopRing.this;
        }

        /**
         * Writes while there is room and flushes once. A flush that makes room is seen by the loop, not by the event that it fires
         * meanwhile.
         */
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
                inbox.requestDelivery();
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
                inbox.requestDelivery();
            }
        }
    }
}
