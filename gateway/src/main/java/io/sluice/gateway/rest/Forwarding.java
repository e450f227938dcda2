package io.sluice.gateway.rest;

import io.sluice.common.ProblemException;
import io.sluice.gateway.api.RestApi;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way to the upstream and back, on the event loop it came in on. Until the head of the answer is there, a fault is tried again or told to
 * the client; after that the client's connection is cut, so that half an answer never looks like a whole one.
 */
final class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    /** RFC 9110, section 9.2.2. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final RestUpstream shared;
    private final RestApi api;
    private final RestCall call;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestHead head;
    private final Deadline deadline;
    private final RandomGenerator random;
    private final Consumer<ProblemException> refuse;

    private boolean over;
    private boolean answering;
    private boolean bodyTouched;
    private int retried;
    private @Nullable HttpClientRequest current;
    private CircuitBreaker.@Nullable Call pass;
    private @Nullable BodyPipe upload;
    private @Nullable BodyPipe download;

    Forwarding(
            RestUpstream shared,
            RestCall call,
            RequestHead head,
            RandomGenerator random,
            Consumer<ProblemException> refuse) {
        this.shared = shared;
        this.api = shared.api();
        this.call = call;
        this.request = call.request();
        this.response = request.response();
        this.head = head;
        this.deadline =
                new Deadline(shared.vertx(), call.startedNanos(), api.timeouts().whole(), this::late);
        this.random = random;
        this.refuse = refuse;
    }

    void start() {
        shared.meters().began();
        response.exceptionHandler(broken -> clientGone());
        response.closeHandler(closed -> clientGone());
        long limit = api.limits().request().bytes();
        if (call.bodyLength() > limit) {
            refuse(shared.faults().requestTooLarge(limit));
            return;
        }
        deadline.arm(api.timeouts().firstByte());
        attempt();
    }

    private void attempt() {
        if (over) {
            return;
        }
        CircuitBreaker.Admission admission = shared.breaker().ask();
        if (admission instanceof CircuitBreaker.Admission.Refused closed) {
            refuse(shared.faults().breakerOpen(closed.retryAfter()));
        } else if (admission instanceof CircuitBreaker.Admission.Allowed allowed) {
            pass = allowed.call();
            RequestOptions options = new RequestOptions()
                    .setMethod(request.method())
                    .setURI(shared.paths().toUpstream(call.target()));
            shared.client().request(options).onComplete(this::connected);
        }
    }

    private void connected(AsyncResult<HttpClientRequest> opened) {
        if (over) {
            if (opened.succeeded()) {
                opened.result().reset();
            }
        } else if (opened.failed()) {
            failed(opened.cause(), shared.faults().notConnected(opened.cause()));
        } else {
            current = opened.result();
            guarded(() -> send(opened.result()));
        }
    }

    /** Without it a fault of ours in a callback would leave the client waiting for its time-out. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            LOG.atError()
                    .addKeyValue("api", api.name())
                    .addKeyValue("requestId", head.requestId())
                    .setCause(fault)
                    .log("request could not be forwarded");
            if (answering) {
                cut("the connection is cut after a fault of the gateway");
            } else if (!over) {
                refuse(shared.faults().internal(head.requestId()));
            }
        }
    }

    private void send(HttpClientRequest upstream) {
        upstream.exceptionHandler(broken -> broken(upstream, broken));
        upstream.response().onComplete(answer -> {
            if (answer.failed()) {
                broken(upstream, answer.cause());
            } else if (!over && current == upstream) {
                guarded(() -> answer(answer.result()));
            } else {
                upstream.reset();
            }
        });
        head.write(upstream);
        sendBody(upstream);
    }

    private void sendBody(HttpClientRequest upstream) {
        if (call.bodyLength() == 0) {
            upstream.end();
            return;
        }
        bodyTouched = true;
        upstream.sendHead();
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            response.writeContinue(); // by the gateway itself: there is somebody to take the body now
        }
        deadline.arm(api.timeouts().whole()); // until the body is sent, the client may be the slow one
        BodyPipe pipe = new BodyPipe(request, upstream, api.limits().request().bytes());
        upload = pipe;
        pipe.start().onComplete(sent -> sent(upstream, sent));
    }

    private void sent(HttpClientRequest upstream, AsyncResult<Void> sent) {
        if (over) {
            return;
        }
        if (sent.succeeded()) {
            upload = null;
            upstream.end();
            if (!answering) {
                deadline.arm(api.timeouts().firstByte());
            }
        } else if (sent.cause() instanceof BodyPipe.TooLarge) {
            refuse(shared.faults().requestTooLarge(api.limits().request().bytes()));
        } else {
            clientGone();
        }
    }

    /** The upstream's connection broke. Once the answer is under way, the answer itself tells. */
    private void broken(HttpClientRequest upstream, Throwable cause) {
        if (!over && !answering && current == upstream) {
            current = null;
            failed(cause, shared.faults().noAnswer());
        }
    }

    private void failed(Throwable cause, ProblemException problem) {
        boolean busy = problem.code() == RestError.UPSTREAM_BUSY;
        settle(busy ? Outcome.NOTHING_LEARNT : Outcome.FAULT);
        fault(problem, cause);
        boolean again = !busy
                && problem.code() != RestError.UPSTREAM_LATE
                && retried < api.retries().attempts()
                && !bodyTouched
                && IDEMPOTENT.contains(request.method());
        if (again) {
            long longest = api.retries().pause().toMillis() << retried;
            retried++;
            shared.meters().retried();
            shared.vertx().setTimer(Math.max(1, longest / 2 + random.nextLong(longest / 2 + 1)), due -> attempt());
        } else {
            refuse(problem);
        }
    }

    private void answer(HttpClientResponse answer) {
        answer.exceptionHandler(
                broken -> {}); // until the pipe listens: one that is refused here is reset, which is no news
        AnswerHead answerHead = new AnswerHead(shared, answer, request);
        ProblemException problem = answerHead.refusal();
        settle(problem != null && problem.code() == RestError.BAD_RESPONSE ? Outcome.FAULT : Outcome.ANSWER);
        if (problem != null) {
            fault(problem, null);
            refuse(problem);
            return;
        }
        answering = true;
        answerHead.write(response);
        deadline.arm(api.timeouts().whole());
        BodyPipe pipe = new BodyPipe(answer, response, answerHead.limit());
        download = pipe;
        pipe.start().onComplete(passed -> passed(answerHead, passed));
    }

    private void passed(AnswerHead answerHead, AsyncResult<Void> passed) {
        if (over) {
            return;
        }
        if (passed.failed()) {
            boolean tooLarge = passed.cause() instanceof BodyPipe.TooLarge;
            shared.meters().fault(tooLarge ? "response_too_large" : "cut");
            cut(tooLarge ? "response is too large, the connection is cut" : "upstream broke off its response");
            return;
        }
        answerHead.writeTrailers(response);
        finish(response.getStatusCode());
        response.end();
        if (upload != null) { // answered before all of the body was read: nobody wants the rest
            upload.stop();
            reset();
            Leftover.discard(shared.vertx(), request);
        }
    }

    private void late() {
        if (answering) {
            shared.meters().fault("late");
            cut("response took too long, the connection is cut");
        } else if (upload != null && !upload.blocked()) {
            refuse(shared.faults().clientLate());
        } else {
            ProblemException problem = shared.faults().noHead();
            settle(Outcome.FAULT);
            fault(problem, null);
            refuse(problem);
        }
    }

    private void refuse(ProblemException problem) {
        finish(0);
        stopUpload();
        reset();
        refuse.accept(problem);
    }

    private void cut(String why) {
        LOG.atDebug()
                .addKeyValue("api", api.name())
                .addKeyValue("requestId", head.requestId())
                .log(why);
        finish(response.getStatusCode());
        stopUpload();
        if (download != null) {
            download.stop();
        }
        reset();
        if (response.headWritten()) {
            response.reset();
        } else {
            request.connection().close();
        }
    }

    private void clientGone() {
        if (!over) {
            finish(RestMeters.CLIENT_GONE);
            stopUpload();
            if (download != null) {
                download.stop();
            }
            reset();
        }
    }

    /** @param status counted here; 0 where who refuses counts it */
    private void finish(int status) {
        over = true;
        deadline.cancel();
        settle(Outcome.NOTHING_LEARNT);
        shared.meters().ended(call.startedNanos());
        if (status != 0) {
            shared.meters().answered(status);
        }
    }

    private void stopUpload() {
        if (upload != null) {
            upload.stop();
        }
    }

    private void reset() {
        if (current != null) {
            current.reset();
        }
    }

    private enum Outcome {
        ANSWER,
        FAULT,
        NOTHING_LEARNT
    }

    /** Tells the breaker, once per attempt. */
    private void settle(Outcome outcome) {
        CircuitBreaker.Call settled = pass;
        pass = null;
        if (settled != null) {
            switch (outcome) {
                case ANSWER -> settled.succeeded();
                case FAULT -> settled.failed();
                case NOTHING_LEARNT -> settled.withdrawn();
            }
        }
    }

    private void fault(ProblemException problem, @Nullable Throwable cause) {
        shared.meters().fault((RestError) problem.code());
        LOG.atDebug()
                .addKeyValue("api", api.name())
                .addKeyValue("requestId", head.requestId())
                .addKeyValue("attempt", retried + 1)
                .addKeyValue("error", cause == null ? problem.getMessage() : cause.toString())
                .log("upstream did not do its part");
    }
}
