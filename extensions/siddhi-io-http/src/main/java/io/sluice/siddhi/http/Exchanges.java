package io.sluice.siddhi.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One request and its answer, within bounds of time and size. */
final class Exchanges {

    /** The bounds of a call to a token endpoint. */
    static final Bounds TOKEN = new Bounds(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));

    /**
     * Bounds of one exchange.
     *
     * @param total for everything
     * @param connection to get a connection, waiting in the pool included
     * @param idle without a byte
     */
    record Bounds(Duration total, Duration connection, Duration idle) {

        Bounds within(Duration left) {
            return new Bounds(left.compareTo(total) < 0 ? left : total, connection, idle);
        }
    }

    private Exchanges() {}

    /** Reads the body of an answer that has just begun; the future completes at its end. */
    interface BodyReader {
        Future<Buffer> read(HttpClientResponse response);
    }

    /** Keeps at most that many bytes of a body; fails if there are more, unless none are wanted. */
    static BodyReader upTo(int bytes) {
        return response -> body(response, bytes);
    }

    /** Sends and reads the whole answer. The future fails with an {@link IOException} or what Vert.x fails with; never with an answer's status. */
    static Future<Answer> once(HttpClientAgent client, Outgoing outgoing, Bounds bounds, BodyReader reader) {
        return begin(client, outgoing, bounds)
                .compose(response -> reader.read(response)
                        .map(body -> new Answer(response.statusCode(), response.headers(), body))
                        .timeout(bounds.total().toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(broken -> response.request().reset()));
    }

    /** Sends and gives the answer before its body is read; whoever gets it must read it at once, or pause it. */
    static Future<HttpClientResponse> begin(HttpClientAgent client, Outgoing outgoing, Bounds bounds) {
        RequestOptions options;
        try {
            options = new RequestOptions()
                    .setMethod(outgoing.method())
                    .setAbsoluteURI(outgoing.url())
                    .setConnectTimeout(Math.max(
                            1,
                            Math.min(
                                    bounds.connection().toMillis(),
                                    bounds.total().toMillis())))
                    .setIdleTimeout(Math.max(
                            1, Math.min(bounds.idle().toMillis(), bounds.total().toMillis())));
            for (Map.Entry<String, String> header : outgoing.headers()) {
                options.addHeader(header.getKey(), header.getValue());
            }
        } catch (IllegalArgumentException broken) {
            return Future.failedFuture(broken);
        }
        return client.request(options)
                .compose(request -> send(request, outgoing)
                        .timeout(Math.max(1, bounds.total().toMillis()), TimeUnit.MILLISECONDS)
                        .onFailure(broken -> request.reset()));
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, Outgoing outgoing) {
        Buffer body = outgoing.body();
        if (body == null) {
            return request.send();
        }
        if (outgoing.chunked()) {
            request.setChunked(true);
            return request.write(body).compose(written -> request.end()).compose(ended -> request.response());
        }
        return request.send(body);
    }

    private static Future<Buffer> body(HttpClientResponse response, int most) {
        Promise<Buffer> whole = Promise.promise();
        Buffer content = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(chunk -> {
            if (most == 0) {
                return;
            }
            if (content.length() + chunk.length() > most) {
                whole.tryFail(new IOException("the answer is larger than " + most + " bytes"));
            } else {
                content.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> whole.tryComplete(content));
        return whole.future();
    }
}
