package io.sluice.gateway.rest;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** What a client still sends after it has been answered. */
public final class Leftover {

    /** How long it may go on: long enough for a client to read the answer, which a connection closed at once would destroy on its way. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private Leftover() {}

    /** Throws the rest of the body away; closes the connection if there is still more after {@link #LINGER}. */
    public static void discard(Vertx vertx, HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(null);
            request.resume();
            vertx.setTimer(LINGER.toMillis(), late -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
        }
    }

    /** As {@link #discard}, and closes the connection even if the body ends: where it ends is what is in doubt. */
    public static void discardAndClose(Vertx vertx, HttpServerRequest request) {
        request.handler(null);
        request.resume();
        request.response()
                .endHandler(ended ->
                        vertx.setTimer(100, late -> request.connection().close()));
    }
}
