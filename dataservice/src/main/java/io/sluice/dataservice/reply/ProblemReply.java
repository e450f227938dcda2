package io.sluice.dataservice.reply;

import io.sluice.common.Problem;
import io.sluice.common.ProblemException;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/** Answers with a problem (RFC 9457). Called on the event loop of the connection. */
public final class ProblemReply {

    private ProblemReply() {}

    /** Sends it, unless an answer is on its way already. */
    public static void send(HttpServerResponse response, ProblemException problem) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        Duration wait = problem.retryAfter();
        if (wait != null) {
            response.putHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
        }
        if (problem.code().status() == 401) {
            response.putHeader("WWW-Authenticate", "X-Sluice-Identity");
        }
        response.headers().remove("ETag").remove("Preference-Applied");
        response.setStatusCode(problem.code().status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .putHeader("Cache-Control", "no-store")
                .end(problem.problem().toJson().toBuffer());
    }
}
