package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutively numbered frames, bounded by number and by bytes; a frame too many pushes the oldest out. Owns its frames. Not
 * thread-safe.
 */
final class FrameQueue {
    private static final int FIRST_SLOTS = 16;

    private final int capacity;
    private final long maxBytes;
    /** The length is a power of two, so that a number's low bits are its slot. */
    private @Nullable ByteBuf[] slots = new ByteBuf[FIRST_SLOTS];

    private long first;
    private long next;
    private long bytes;

    FrameQueue(int capacity, long maxBytes) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
    }

    /** The number of the oldest frame, or {@link #next} where there is none. */
    long first() {
        return first;
    }

    /** The number that the next frame will get. */
    long next() {
        return next;
    }

    /** The frame of a number from {@link #first} to before {@link #next}; still owned by the queue. */
    ByteBuf get(long number) {
        ByteBuf frame = slots[slot(number)];
        if (number < first || number >= next || frame == null) {
            throw new IndexOutOfBoundsException("frame " + number + " is not in " + first + " to " + next);
        }
        return frame;
    }

    /** Takes the frame over; the oldest ones make room. A frame larger than the bound stays, alone. */
    void add(ByteBuf frame) {
        int size = frame.readableBytes();
        while (first < next && (next - first >= capacity || bytes + size > maxBytes)) {
            releaseBefore(first + 1);
        }
        if (next - first == slots.length) {
            grow();
        }
        slots[slot(next)] = frame;
        next++;
        bytes += size;
    }

    /** Moves all frames of another queue to the end of this one. If that one lost frames in between, nothing older is kept here. */
    void takeAll(FrameQueue other) {
        if (other.first != next) {
            restartAt(other.first);
        }
        for (long number = other.first; number < other.next; number++) {
            add(other.get(number));
            other.slots[other.slot(number)] = null;
        }
        other.first = other.next;
        other.bytes = 0;
    }

    /** Lets go of the frames before a number. */
    void releaseBefore(long number) {
        while (first < Math.min(number, next)) {
            ByteBuf frame = get(first);
            slots[slot(first)] = null;
            first++;
            bytes -= frame.readableBytes();
            frame.release();
        }
    }

    /** Lets go of all frames and continues with a number. */
    void restartAt(long number) {
        releaseBefore(next);
        first = number;
        next = number;
    }

    boolean isEmpty() {
        return first == next;
    }

    boolean isMoreThanHalfFull() {
        return (next - first) * 2 > capacity || bytes > maxBytes / 2;
    }

    private void grow() {
        @Nullable ByteBuf[] larger = new ByteBuf[slots.length * 2];
        for (long number = first; number < next; number++) {
            larger[(int) (number & (larger.length - 1))] = slots[slot(number)];
        }
        slots = larger;
    }

    private int slot(long number) {
        return (int) (number & (slots.length - 1));
    }
}
