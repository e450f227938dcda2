package io.sluice.siddhi.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The event-loop side of a source that listens: checks a request, reads its body within the bounds and offers it to the intake. Status codes for what
 * is refused here: 401 without valid credentials, 400 for methods other than POST, 405 for an empty body, 413 too large, 415 an encoding or charset
 * nobody here can read, 503 no room. OPTIONS gets 200 with the headers of CORS.
 */
final class Receiver implements Handler<HttpServerRequest> {

    private static final long BODY_LIMIT_MILLIS = 60_000;

    private final Vertx vertx;
    private final ReceiverOptions options;
    private final Properties properties;
    private final Intake intake;
    private final Witness witness;
    private final boolean correlates;

    /** Takes every request that may go on. */
    interface Witness {
        /** Offers a request to the app, or answers it and releases its bytes. On its event loop. */
        void accepted(Exchange exchange, Intake into);

        /** The request with this id has its answer. On any thread. */
        void answered(String id);
    }

    /**
     * @param correlates whether each request gets a {@code messageId}
     * @param witness takes every request that may go on
     */
    Receiver(
            Vertx vertx,
            ReceiverOptions options,
            Properties properties,
            Intake intake,
            boolean correlates,
            Witness witness) {
        this.vertx = vertx;
        this.options = options;
        this.properties = properties;
        this.intake = intake;
        this.correlates = correlates;
        this.witness = witness;
    }

    @Override
    public void handle(HttpServerRequest request) {
        allowOrigin(request);
        if (request.method().equals(HttpMethod.OPTIONS)) {
            preflight(request).refuse(request, vertx);
        } else if (options.users() != null && !options.users().admits(request.getHeader("Authorization"))) {
            Problem.of(
                            401,
                            "HTTP-401",
                            "Not authenticated",
                            "The credentials are missing or wrong.",
                            "Send basic credentials of a user of this source.")
                    .with("WWW-Authenticate", BasicAuth.CHALLENGE)
                    .refuse(request, vertx);
        } else if (!request.method().equals(HttpMethod.POST)) {
            Problem.of(
                            400,
                            "HTTP-405",
                            "Wrong method",
                            "This source takes POST only.",
                            "Send the event as body of a POST.")
                    .with("Allow", "POST, OPTIONS")
                    .refuse(request, vertx);
        } else if (declared(request) > options.maxBody()) {
            options.tooLarge().refuse(request, vertx);
        } else if (!readable(request)) {
            Problem.of(
                            415,
                            "HTTP-415",
                            "Not readable",
                            "The Content-Encoding is neither gzip nor deflate, or the charset is unknown.",
                            "Send the body as UTF-8, plain or with gzip.")
                    .refuse(request, vertx);
        } else {
            new Body(request).read();
        }
    }

    private void allowOrigin(HttpServerRequest request) {
        if (!options.corsOrigin().isEmpty() && request.getHeader("Origin") != null) {
            request.response().putHeader("Access-Control-Allow-Origin", options.corsOrigin());
        }
    }

    private Reply preflight(HttpServerRequest request) {
        if (options.corsOrigin().isEmpty()) {
            return new Reply(200, Map.of("Allow", "POST, OPTIONS"), Buffer.buffer());
        }
        String asked = request.getHeader("Access-Control-Request-Headers");
        return new Reply(
                200,
                Map.of(
                        "Allow", "POST, OPTIONS",
                        "Access-Control-Allow-Origin", options.corsOrigin(),
                        "Access-Control-Allow-Methods", "POST",
                        "Access-Control-Allow-Headers", asked == null ? "content-type" : asked,
                        "Access-Control-Max-Age", "600"),
                Buffer.buffer());
    }

    private static long declared(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
    }

    /** What Netty has unpacked carries no Content-Encoding any more. */
    private static boolean readable(HttpServerRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        return (encoding == null || encoding.equalsIgnoreCase("identity")) && charset(request) != null;
    }

    private static @org.jspecify.annotations.Nullable Charset charset(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        int at = type == null ? -1 : type.toLowerCase(Locale.ROOT).indexOf("charset=");
        if (type == null || at < 0) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(type.substring(at + 8).split("[;\\s]", 2)[0].replace("\"", ""));
        } catch (UnsupportedCharsetException | IllegalCharsetNameException unknown) {
            return null;
        }
    }

    /** The body of one request while it comes in. On the request's event loop only. */
    private final class Body {
        private final HttpServerRequest request;
        private final Context loop = vertx.getOrCreateContext();
        private final Buffer content = Buffer.buffer();
        private boolean over;
        private long timer;

        private Body(HttpServerRequest request) {
            this.request = request;
        }

        private void read() {
            timer = vertx.setTimer(
                    BODY_LIMIT_MILLIS,
                    late -> refuse(Problem.of(
                            408,
                            "HTTP-408",
                            "Too slow",
                            "The body was not complete after " + BODY_LIMIT_MILLIS / 1000 + " s.",
                            "Send it faster.")));
            request.exceptionHandler(broken -> end());
            request.response().closeHandler(gone -> end());
            request.handler(this::append);
            request.endHandler(complete -> offer());
        }

        private void append(Buffer chunk) {
            if (over) {
                return;
            }
            if (content.length() + (long) chunk.length() > options.maxBody()) {
                refuse(options.tooLarge());
            } else if (!intake.reserve(chunk.length())) {
                refuse(intake.busy());
            } else {
                content.appendBuffer(chunk);
            }
        }

        private void refuse(Reply reply) {
            if (end()) {
                reply.refuse(request, vertx);
            }
        }

        /** Forgets the body; false if it was handed over or forgotten before. */
        private boolean end() {
            if (over) {
                return false;
            }
            over = true;
            vertx.cancelTimer(timer);
            intake.release(content.length());
            return true;
        }

        private void offer() {
            if (over) {
                return;
            }
            Charset charset = charset(request);
            String text = charset == null ? "" : content.toString(charset);
            if (text.isBlank()) {
                refuse(Problem.of(
                        405, "HTTP-400", "Empty", "The body is empty.", "Send the event as body of the POST."));
                return;
            }
            over = true;
            vertx.cancelTimer(timer);
            String id = correlates ? UUID.randomUUID().toString() : "";
            Exchange exchange = new Exchange(
                    text,
                    content.length(),
                    properties.of(request, id),
                    id,
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.patience()),
                    reply -> {
                        witness.answered(id);
                        loop.runOnContext(now -> reply.writeTo(request));
                    });
            witness.accepted(exchange, intake);
        }
    }
}
