package io.sluice.siddhi.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, with a token where there is one, and again where that may help: after trouble with the connection and after 408, 425, 429 and 5xx,
 * {@code retries} times with a pause that doubles up to five seconds or is what {@code Retry-After} says; after 401 once with a fresh token. All of
 * it ends within the total bound. Thread-safe, never blocks.
 */
final class Sender {

    private static final long LONGEST_PAUSE = 5_000;

    /**
     * When to try again.
     *
     * @param retries attempts after the first
     * @param pause before the second attempt
     */
    record Retry(int retries, Duration pause) {}

    private final Vertx vertx;
    private final SharedClient client;
    private final @Nullable Tokens tokens;
    private final Retry retry;

    /** @param tokens null to send without */
    Sender(Vertx vertx, SharedClient client, @Nullable Tokens tokens, Retry retry) {
        this.vertx = vertx;
        this.client = client;
        this.tokens = tokens;
        this.retry = retry;
    }

    /**
     * Sends one request.
     *
     * @param refresh the refresh token that the app gives, or empty
     * @param reader of the body of each answer
     * @return the last answer, whatever its status; fails if there was none
     */
    Future<Answer> send(Outgoing outgoing, String refresh, Exchanges.Bounds bounds, Exchanges.BodyReader reader) {
        return new Run(outgoing, refresh, bounds, reader).attempt(0);
    }

    /** One request with all its attempts. */
    private final class Run {
        private final Outgoing outgoing;
        private final String refresh;
        private final Exchanges.Bounds bounds;
        private final Exchanges.BodyReader reader;
        private final long deadline;

        private Run(Outgoing outgoing, String refresh, Exchanges.Bounds bounds, Exchanges.BodyReader reader) {
            this.reader = reader;
            this.outgoing = outgoing;
            this.refresh = refresh;
            this.bounds = bounds;
            this.deadline = System.nanoTime() + bounds.total().toNanos();
        }

        private Duration left() {
            return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
        }

        private Future<Answer> attempt(int number) {
            return authorised(null).transform(done -> {
                Answer answer = done.succeeded() ? done.result() : null;
                long pause = pause(number, answer);
                boolean again = number < retry.retries()
                        && (answer == null ? !(done.cause() instanceof IllegalArgumentException) : answer.isPassing())
                        && left().toMillis() > pause;
                if (!again) {
                    return answer == null ? Future.failedFuture(done.cause()) : Future.succeededFuture(answer);
                }
                Promise<Answer> later = Promise.promise();
                vertx.setTimer(Math.max(1, pause), now -> attempt(number + 1).onComplete(later));
                return later.future();
            });
        }

        private long pause(int number, @Nullable Answer answer) {
            long pause = Math.min(LONGEST_PAUSE, retry.pause().toMillis() << Math.min(number, 16));
            String wanted = answer == null ? null : answer.headers().get("Retry-After");
            return wanted != null && wanted.matches("\\d{1,4}")
                    ? Math.max(pause, Long.parseLong(wanted) * 1000)
                    : pause;
        }

        private Future<Answer> authorised(@Nullable String refused) {
            if (tokens == null) {
                return Exchanges.once(client.get(), outgoing, bounds.within(left()), reader);
            }
            return tokens.token(refresh, refused)
                    .compose(token -> Exchanges.once(
                                    client.get(),
                                    outgoing.with("Authorization", "Bearer " + token),
                                    bounds.within(left()),
                                    reader)
                            .compose(answer -> answer.status() == 401 && refused == null
                                    ? authorised(token)
                                    : Future.succeededFuture(answer)));
        }
    }
}
