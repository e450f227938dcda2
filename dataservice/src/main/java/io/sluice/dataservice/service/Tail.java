package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.LiveRows;
import io.sluice.dataservice.reply.ProblemReply;
import io.sluice.dataservice.reply.Workers;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows a resource. All of it happens on the event loop of its connection, except for the looks at the table, of which one runs at a time.
 *
 * <ol>
 *   <li>The next look comes only after the client took what the last one found: a slow client costs one batch of memory and no thread.
 *   <li>A client that takes nothing for the stall limit is cut; it may come back with its last cursor.
 *   <li>It ends, with the reason as its last event, when the caller's identity expires, the service file changes, or the process stops.
 * </ol>
 */
final class Tail {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final int SLOWEST = 8; // pauses grow to as many times the first

    private final Call call;
    private final Context context;
    private final TailQuery query;
    private final LiveRows rows;
    private final Duration poll;
    private final Workers workers;
    private final Duration stall;
    private final CallLog log;
    private final Consumer<Tail> over;
    private boolean ended;
    private boolean busy; // a look or a write is under way
    private long pause;
    private @Nullable String ending; // why to end as soon as nothing is under way

    Tail(
            Call call,
            TailQuery query,
            LiveRows rows,
            Duration poll,
            Workers workers,
            Duration stall,
            CallLog log,
            Consumer<Tail> over) {
        this.call = call;
        this.context = call.context();
        this.query = query;
        this.rows = rows;
        this.poll = poll;
        this.workers = workers;
        this.stall = stall;
        this.log = log;
        this.over = over;
        this.pause = poll.toMillis();
    }

    /** @param expiry when the caller's identity ends, or null for never */
    void begin(@Nullable Duration expiry) {
        call.response().exceptionHandler(broken -> gone());
        call.response().closeHandler(closed -> gone());
        if (expiry != null) {
            after(expiry.toMillis(), () -> end("identity expired"));
        }
        after(HEARTBEAT.toMillis(), this::beat);
        look();
    }

    /** Ends it, from any thread, because the process stops. */
    void stop() {
        context.runOnContext(now -> end("service stops"));
    }

    private void after(long millis, Runnable action) {
        context.owner()
                .setTimer(
                        Math.max(1, millis),
                        timer -> context.runOnContext(now -> {
                            if (!ended) {
                                action.run();
                            }
                        }));
    }

    private void look() {
        if (ended || busy) {
            return;
        }
        if (!call.current().getAsBoolean()) {
            end("service changed");
            return;
        }
        busy = true;
        boolean taken = workers.submit(false, () -> {
            try {
                TailQuery.Look found = query.look();
                context.runOnContext(now -> found(found));
            } catch (ProblemException problem) {
                context.runOnContext(now -> failed(problem));
            } catch (RuntimeException fault) {
                ProblemException problem = log.internal(call, fault);
                context.runOnContext(now -> failed(problem));
            }
        });
        if (!taken) {
            busy = false;
            if (call.response().headWritten()) {
                again(false);
            } else {
                failed(new ProblemException(DataError.BUSY, "as many requests wait for the database as may")
                        .retryAfter(Duration.ofSeconds(1)));
            }
        }
    }

    private void found(TailQuery.Look found) {
        busy = false;
        if (ended) {
            return;
        }
        log.meters().rows(call.serviceName(), found.count());
        Buffer text = found.text();
        if (!call.response().headWritten()) {
            StreamHeaders.put(call.response(), found.position(), found.lagMillis());
            call.response().setChunked(true);
            text = rows.opening().appendBuffer(text);
        }
        write(text, () -> {
            if (found.more()) {
                look();
            } else {
                again(found.count() > 0 || found.waiting());
            }
        });
    }

    /** Looks again after a pause that grows while nothing comes. */
    private void again(boolean lively) {
        pause = lively ? poll.toMillis() : Math.min(pause * 2, poll.toMillis() * SLOWEST);
        after(pause, this::look);
    }

    private void beat() {
        if (!busy && call.response().headWritten()) {
            write(rows.heartbeat(query.cursor()), () -> {});
        }
        after(HEARTBEAT.toMillis(), this::beat);
    }

    /** Writes, and goes on once the client has taken it. */
    private void write(Buffer text, Runnable then) {
        if (text.length() == 0 && call.response().headWritten()) {
            String reason = ending;
            if (reason == null) {
                then.run();
            } else {
                finish(reason);
            }
            return;
        }
        busy = true;
        boolean[] done = {false};
        after(stall.toMillis(), () -> {
            if (!done[0]) {
                log.meters().cut(call.serviceName(), "client");
                call.response().reset();
                gone();
            }
        });
        call.response().write(text).onComplete(written -> {
            done[0] = true;
            busy = false;
            String reason = ending;
            if (written.failed()) {
                gone();
            } else if (reason != null) {
                end(reason);
            } else if (!ended) {
                then.run();
            }
        });
    }

    private void failed(ProblemException problem) {
        busy = false;
        if (ended) {
            return;
        }
        log.problem(call, problem);
        if (!call.response().headWritten()) {
            ProblemReply.send(call.response(), problem);
            close(problem.code().status());
        } else {
            log.meters().cut(call.serviceName(), "database");
            call.response().end(rows.broken(problem.problem()));
            close(200);
        }
    }

    private void end(String reason) {
        if (ended) {
            return;
        }
        if (busy && call.response().headWritten()) {
            ending = reason; // behind what is being written, which the client will count as received
            after(stall.toMillis(), () -> finish(reason));
            return;
        }
        finish(reason);
    }

    private void finish(String reason) {
        if (ended) {
            return;
        }
        if (!call.response().headWritten()) {
            call.response().setChunked(true);
        }
        call.response().end(rows.ending(reason));
        close(200);
    }

    private void gone() {
        if (!ended) {
            close(200);
        }
    }

    private void close(int status) {
        ended = true;
        over.accept(this);
        log.answered(call, status);
    }
}
