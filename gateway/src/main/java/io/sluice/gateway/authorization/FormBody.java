package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;

/** Reads the body of a token request, within a bound of size and time. On the event loop of the request only. */
final class FormBody {

    /** In bytes; a token request has a few hundred. */
    static final int MAX_BYTES = 16 * 1024;

    /** From the head of the request to the last byte of its body. */
    static final Duration TIME_OUT = Duration.ofSeconds(5);

    /** How long the client has to read a refusal before the connection is closed. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private FormBody() {}

    /**
     * The body as text. Fails with an {@link OAuthError} of status 413 or 408, and then the connection is closed after the answer; or with another cause
     * when the client is gone and nobody waits for an answer.
     */
    static Future<String> read(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("requests are read on their event loop");
        }
        Promise<String> read = Promise.promise();
        Buffer body = Buffer.buffer();
        long timer = context.owner()
                .setTimer(
                        TIME_OUT.toMillis(),
                        late -> giveUp(
                                request, read, 408, "the body was not complete within " + TIME_OUT.toSeconds() + " s"));
        request.exceptionHandler(read::tryFail);
        request.endHandler(end -> read.tryComplete(body.toString()));
        request.handler(part -> {
            if (body.length() + part.length() > MAX_BYTES) {
                giveUp(request, read, 413, "the body is larger than " + MAX_BYTES + " bytes");
            } else {
                body.appendBuffer(part);
            }
        });
        request.resume();
        return read.future()
                .onComplete(done -> context.owner().cancelTimer(timer))
                .onFailure(unread -> linger(request, context.owner()));
    }

    private static void giveUp(HttpServerRequest request, Promise<String> read, int status, String why) {
        request.handler(rest -> {});
        read.tryFail(OAuthError.of(status, OAuth2Error.INVALID_REQUEST_CODE, why));
    }

    /**
     * HTTP/1 has no other way to stop a body that is still being sent. Not at once: closing while bytes of the client are unread would reset the connection
     * and could take the answer with it.
     */
    private static void linger(HttpServerRequest request, Vertx vertx) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            vertx.setTimer(LINGER.toMillis(), later -> request.connection().close());
        }
    }
}
