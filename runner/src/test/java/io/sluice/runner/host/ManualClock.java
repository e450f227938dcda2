package io.sluice.runner.host;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock that stands still until it is moved. */
final class ManualClock implements InstantSource {

    private final AtomicLong millis;

    ManualClock(String start) {
        millis = new AtomicLong(Instant.parse(start).toEpochMilli());
    }

    void move(long milliseconds) {
        millis.addAndGet(milliseconds);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }
}
