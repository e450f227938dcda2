package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from publishers to one event loop: frames and newcomers, in the order in which they came. Bounded; a frame too many pushes the
 * oldest out. Any thread may call; the lock is held for a few pointer moves only.
 */
final class Inbox {

    /** A session that subscribed, and the number of the first frame that it gets. */
    record Newcomer(FrameSession session, long from) {}

    /** What one delivery takes over. The frames are valid until the next one. */
    record Taken(FrameQueue frames, List<Newcomer> newcomers, boolean wasCrowded) {}

    private final Runnable schedule;
    private FrameQueue frames;
    /** Swapped with the frames; whoever took it has emptied it by then. */
    private FrameQueue spare;

    private List<Newcomer> newcomers = new ArrayList<>();
    private int interested;
    private boolean scheduled;
    private boolean crowded;
    private boolean closed;

    /** @param schedule arranges for a later call of {@link #take}; called once until that, outside the lock */
    Inbox(FrameQueue frames, FrameQueue spare, Runnable schedule) {
        this.frames = frames;
        this.spare = spare;
        this.schedule = schedule;
    }

    /** Keeps a reference of its own to the frame, if somebody waits for frames. */
    void offer(ByteBuf frame) {
        synchronized (this) {
            if (closed || interested == 0) {
                return;
            }
            frames.add(frame.retain());
            crowded |= frames.isMoreThanHalfFull();
        }
        requestDelivery();
    }

    /** False if the inbox is closed. */
    boolean join(FrameSession session) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            newcomers.add(new Newcomer(session, frames.next()));
            interested++;
        }
        requestDelivery();
        return true;
    }

    /** One that joined is gone. */
    synchronized void left() {
        interested--;
    }

    void requestDelivery() {
        synchronized (this) {
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        schedule.run();
    }

    synchronized Taken take() {
        FrameQueue full = frames;
        frames = spare;
        frames.restartAt(full.next());
        spare = full;
        Taken taken = new Taken(full, newcomers, crowded);
        newcomers = new ArrayList<>(0);
        scheduled = false;
        crowded = false;
        return taken;
    }

    synchronized boolean hasRoom() {
        return !frames.isMoreThanHalfFull();
    }

    /** Takes nothing more; true the first time. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Lets go of the frames when nobody will take them. */
    synchronized void discard() {
        frames.restartAt(frames.next());
    }
}
