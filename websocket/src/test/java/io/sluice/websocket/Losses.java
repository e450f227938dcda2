package io.sluice.websocket;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a fan-out reports. */
final class Losses implements FanOut.Listener {
    final AtomicLong dropped = new AtomicLong();
    final AtomicInteger disconnected = new AtomicInteger();
    final AtomicInteger roomAgain = new AtomicInteger();

    @Override
    public void dropped(long messages) {
        dropped.addAndGet(messages);
    }

    @Override
    public void disconnected() {
        disconnected.incrementAndGet();
    }

    @Override
    public void room() {
        roomAgain.incrementAndGet();
    }
}
