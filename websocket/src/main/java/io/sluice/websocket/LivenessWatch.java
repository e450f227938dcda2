package io.sluice.websocket;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the {@link Heartbeat} of one session on its event loop: one timer, set for the next moment at which something can be due. */
final class LivenessWatch {
    private final FrameSession session;
    private final Heartbeat heartbeat;
    private @Nullable ScheduledFuture<?> next;

    LivenessWatch(FrameSession session, WebSocketLimits limits) {
        this.session = session;
        heartbeat = new Heartbeat(limits, System.nanoTime());
    }

    void start() {
        if (heartbeat.watches()) {
            long delay = heartbeat.nextCheckIn(System.nanoTime());
            next = session.channel().eventLoop().schedule(this::check, delay, TimeUnit.NANOSECONDS);
        }
    }

    void heard() {
        heartbeat.alive(System.nanoTime());
    }

    void stop() {
        if (next != null) {
            next.cancel(false);
        }
    }

    private void check() {
        if (session.isPaused()) {
            // We do not listen, so silence proves nothing.
            heard();
        }
        switch (heartbeat.check(System.nanoTime())) {
            case PING -> {
                session.write(Frames.ping(session.channel().alloc()));
                session.flush();
            }
            case NO_PONG -> session.end(CloseCode.GOING_AWAY, "no pong in time");
            case IDLE -> session.end(CloseCode.GOING_AWAY, "idle for too long");
            case FINE -> {}
        }
        if (!session.hasEnded()) {
            start();
        }
    }
}
