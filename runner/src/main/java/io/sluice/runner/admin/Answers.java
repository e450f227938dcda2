package io.sluice.runner.admin;

import io.sluice.common.CommonError;
import io.sluice.common.Problem;
import io.sluice.common.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers: what an operation replies, or a problem (RFC 9457). In compatible mode a problem has the body {@code {"code","type","message"}} instead. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final boolean compatible;
    private final long maxBody;

    Answers(boolean compatible, long maxBody) {
        this.compatible = compatible;
        this.maxBody = maxBody;
    }

    void send(RoutingContext context, Reply reply) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return; // the client has gone
        }
        response.setStatusCode(reply.status()).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!reply.type().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, reply.type()).putHeader("X-Content-Type-Options", "nosniff");
        }
        reply.headers().forEach(response::putHeader);
        response.end(reply.body());
    }

    void fail(RoutingContext context, @Nullable Throwable failure) {
        if (failure instanceof ProblemException known) {
            send(context, reply(known));
            return;
        }
        String incident = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue("incident", incident)
                .addKeyValue("path", context.normalizedPath())
                .setCause(failure)
                .log("call of the admin API failed");
        ProblemException unexpected = new ProblemException(
                        CommonError.INTERNAL, "the call could not be answered; incident " + incident)
                .hint("Look for the incident in the runner's log.");
        send(context, reply(unexpected));
    }

    void noSuchPath(RoutingContext context) {
        fail(
                context,
                new ProblemException(CommonError.NOT_FOUND, "nothing is served at '" + context.normalizedPath() + "'")
                        .hint("GET /openapi.json lists what is."));
    }

    void wrongMethod(RoutingContext context, Set<String> allowed) {
        String methods = String.join(", ", allowed);
        ProblemException wrong = new ProblemException(
                        CommonError.METHOD_NOT_ALLOWED,
                        context.request().method() + " is not possible on '" + context.normalizedPath() + "'")
                .hint("Use " + methods + ".");
        send(context, reply(wrong).header("Allow", methods));
    }

    void bodyTooLarge(RoutingContext context) {
        fail(
                context,
                new ProblemException(AdminError.BODY_TOO_LARGE, "the body has more than " + maxBody + " bytes")
                        .hint("Raise runner.admin.max-body, or send less."));
    }

    void badRequest(RoutingContext context) {
        fail(context, new ProblemException(AdminError.BAD_REQUEST, "the request cannot be read"));
    }

    private Reply reply(ProblemException known) {
        Reply reply = compatible && known.code() instanceof AdminError error ? old(error, known) : problem(known);
        if (known.code() == AdminError.NO_CREDENTIALS || known.code() == AdminError.BAD_CREDENTIALS) {
            reply = reply.header("WWW-Authenticate", "Basic realm=\"sluice-admin\", charset=\"UTF-8\", Bearer");
        }
        Duration wait = known.retryAfter();
        return wait == null
                ? reply
                : reply.header(
                        "Retry-After",
                        String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    private static Reply problem(ProblemException known) {
        Buffer body = known.problem().toJson().toBuffer();
        return new Reply(known.code().status(), Problem.MEDIA_TYPE, body, Map.of());
    }

    private static Reply old(AdminError error, ProblemException known) {
        JsonObject body = new JsonObject();
        if (error.oldCode() != 0) {
            body.put("code", error.oldCode());
        }
        body.put("type", error.oldType()).put("message", known.getMessage());
        return Reply.json(error.oldStatus(), body);
    }
}
