package io.sluice.runner.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Does the work of calls on threads of its own, so that neither an event loop nor an app waits for it. More calls than the limit at once get 503. */
final class Workers implements AutoCloseable {

    static final String CALLER = "sluice.caller";

    private static final int THREADS = 16;
    private static final int LIMIT = 128;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long WARN_MINUTES = 2; // a deployment may wait for a database

    private final WorkerExecutor threads;
    private final Answers answers;
    private final AtomicInteger busy = new AtomicInteger();
    private final Gauge gauge;
    private final Counter refused;
    private final MeterRegistry meters;

    Workers(Vertx vertx, MeterRegistry meters, Answers answers) {
        this.threads = vertx.createSharedWorkerExecutor(
                "sluice-admin-" + System.identityHashCode(this), THREADS, WARN_MINUTES, TimeUnit.MINUTES);
        this.answers = answers;
        this.meters = meters;
        this.gauge = Gauge.builder("runner.admin.calls", busy, AtomicInteger::get)
                .description("Calls of the admin API that are being answered or wait for a thread")
                .register(meters);
        this.refused = Counter.builder("runner.admin.refused")
                .description("Calls of the admin API refused because as many as allowed were being answered")
                .register(meters);
    }

    /** Runs the operation and answers; on the event loop of the request. */
    void answer(RoutingContext context, Operation operation) {
        if (busy.incrementAndGet() > LIMIT) {
            busy.decrementAndGet();
            refused.increment();
            answers.fail(
                    context,
                    new ProblemException(AdminError.BUSY, LIMIT + " calls are being answered already")
                            .retryAfter(RETRY));
            return;
        }
        Call call = call(context);
        threads.executeBlocking(() -> operation.answer(call), false).onComplete(done -> {
            busy.decrementAndGet();
            if (done.succeeded()) {
                answers.send(context, done.result());
            } else {
                answers.fail(context, done.cause());
            }
        });
    }

    private static Call call(RoutingContext context) {
        Caller caller = context.get(CALLER);
        Buffer body = context.body() == null ? null : context.body().buffer();
        return new Call(
                Objects.requireNonNullElse(caller, Caller.ANYBODY),
                context.pathParams(),
                context.queryParams(),
                AdminRouter.contentType(context),
                Objects.requireNonNullElseGet(body, Buffer::buffer));
    }

    @Override
    public void close() {
        threads.close();
        meters.remove(gauge);
        meters.remove(refused);
    }
}
