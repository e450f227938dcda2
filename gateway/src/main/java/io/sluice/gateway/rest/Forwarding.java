package io.sluice.gateway.rest;

import io.sluice.common.DataSize;
import io.sluice.common.ProblemException;
import io.sluice.gateway.api.IdentityHeader;
import io.sluice.gateway.api.RestApi;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.time.Duration;
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
    private final @Nullable String statement;
    private final String requestId;
    private final RandomGenerator random;
    private final Consumer<ProblemException> refuse;

    private boolean over;
    private boolean answering;
    private boolean bodyTouched;
    private int retried;
    private long timer;
    private @Nullable HttpClientRequest current;
    private CircuitBreaker.@Nullable Call pass;
    private @Nullable BodyPipe upload;
    private @Nullable BodyPipe download;

    Forwarding(
            RestUpstream shared,
            RestCall call,
            @Nullable String statement,
            String requestId,
            RandomGenerator random,
            Consumer<ProblemException> refuse) {
        this.shared = shared;
        this.api = shared.api();
        this.call = call;
        this.request = call.request();
        this.response = request.response();
        this.statement = statement;
        this.requestId = requestId;
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
        arm(api.timeouts().firstByte());
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
            send(opened.result());
        }
    }

    private void send(HttpClientRequest upstream) {
        current = upstream;
        upstream.exceptionHandler(broken -> broken(upstream, broken));
        upstream.response().onComplete(answer -> {
            if (answer.failed()) {
                broken(upstream, answer.cause());
            } else if (!over && current == upstream) {
                answer(answer.result());
            } else {
                upstream.reset();
            }
        });
        shared.headers().toUpstream(request, call.host(), requestId, upstream.headers());
        IdentityHeader identity = api.identityHeader();
        if (identity != null && statement != null) {
            upstream.putHeader(identity.name(), statement);
        }
        if (api.preserveHost() && !call.host().isEmpty()) {
            upstream.authority(HostAndPort.parseAuthority(call.host(), -1));
        }
        sendBody(upstream);
    }

    private void sendBody(HttpClientRequest upstream) {
        if (call.bodyLength() == 0) {
            if (request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                upstream.putHeader(HttpHeaders.CONTENT_LENGTH, "0");
            }
            upstream.end();
            return;
        }
        bodyTouched = true;
        if (call.bodyLength() == RestCall.UNKNOWN) {
            upstream.setChunked(true);
        } else {
            upstream.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(call.bodyLength()));
        }
        upstream.sendHead();
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            response.writeContinue(); // by the gateway itself: there is somebody to take the body now
        }
        arm(api.timeouts().whole()); // until the body is sent, the client may be the slow one
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
                arm(api.timeouts().firstByte());
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
        long length = contentLength(answer);
        DataSize limit = api.limits().response();
        ProblemException problem = null;
        if (answer.statusCode() < 200) {
            problem = shared.faults().badAnswer("switched to another protocol unasked");
        } else if (!HeaderRules.isClean(answer.headers())) {
            problem = shared.faults().badAnswer("sent a header with a control character");
        } else if (limit != null && length > limit.bytes() && request.method() != HttpMethod.HEAD) {
            problem = shared.faults().responseTooLarge(limit.bytes());
        }
        settle(problem != null && problem.code() == RestError.BAD_RESPONSE ? Outcome.FAULT : Outcome.ANSWER);
        if (problem != null) {
            fault(problem, null);
            refuse(problem);
            return;
        }
        answering = true;
        head(answer, length);
        BodyPipe pipe = new BodyPipe(answer, response, limit == null ? Long.MAX_VALUE : limit.bytes());
        download = pipe;
        pipe.start().onComplete(passed -> passed(answer, passed));
    }

    private void head(HttpClientResponse answer, long length) {
        int status = answer.statusCode();
        response.setStatusCode(status);
        if (!answer.statusMessage().isEmpty()) {
            response.setStatusMessage(answer.statusMessage());
        }
        shared.headers().toClient(answer.headers(), shared.paths(), response.headers());
        boolean hasBody = status != 204 && status != 304 && request.method() != HttpMethod.HEAD;
        if (length >= 0 && status != 204) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        } else if (hasBody && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
        }
    }

    private void passed(HttpClientResponse answer, AsyncResult<Void> passed) {
        if (over) {
            return;
        }
        if (passed.failed()) {
            boolean tooLarge = passed.cause() instanceof BodyPipe.TooLarge;
            shared.meters().fault(tooLarge ? "response_too_large" : "cut");
            cut(tooLarge ? "response is too large, the connection is cut" : "upstream broke off its response");
            return;
        }
        if (response.isChunked() && asksForTrailers()) {
            shared.headers().trailersToClient(answer.trailers(), response.trailers());
        }
        finish(response.getStatusCode());
        response.end();
        if (upload != null) { // answered before all of the body was read: nobody wants the rest
            upload.stop();
            reset();
            Leftover.discard(shared.vertx(), request);
        }
    }

    private boolean asksForTrailers() {
        return request.headers().contains("TE", "trailers", true);
    }

    private void late(Long fired) {
        long left = wholeLeft();
        if (answering && left > 0) {
            timer = shared.vertx().setTimer(left, this::late);
        } else if (answering) {
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
                .addKeyValue("requestId", requestId)
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
        shared.vertx().cancelTimer(timer);
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
                .addKeyValue("requestId", requestId)
                .addKeyValue("attempt", retried + 1)
                .addKeyValue("error", cause == null ? problem.getMessage() : cause.toString())
                .log("upstream did not do its part");
    }

    private void arm(Duration atMost) {
        shared.vertx().cancelTimer(timer);
        timer = shared.vertx().setTimer(Math.max(1, Math.min(atMost.toMillis(), wholeLeft())), this::late);
    }

    private long wholeLeft() {
        return api.timeouts().whole().toMillis() - (System.nanoTime() - call.startedNanos()) / 1_000_000;
    }

    private static long contentLength(HttpClientResponse answer) {
        String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }
}
