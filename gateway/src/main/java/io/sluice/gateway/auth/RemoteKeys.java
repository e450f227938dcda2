package io.sluice.gateway.auth;

import com.nimbusds.jose.jwk.JWK;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer elsewhere, fetched over HTTP and kept.
 *
 * <ol>
 *   <li>A known key is answered at once. Keys older than {@link #REFRESH_AFTER} are fetched again in the background meanwhile.
 *   <li>An unknown key id makes the keys be fetched again, so that a rotation is noticed; all who ask at that time wait for the same fetch.
 *   <li>Two fetches start at least {@link #MIN_PAUSE} apart, whatever strangers put into {@code kid}.
 *   <li>While the issuer is down, the keys known so far keep working for {@link #USABLE_FOR} after they were fetched. An unknown key id, and every
 *       key after that time, is {@link Keys.Unavailable}.
 * </ol>
 *
 * <p>Metric: {@code gateway.jwks.fetches} by {@code result}.
 */
public final class RemoteKeys implements KeySource {

    /** How old keys may be before they are fetched again. */
    public static final Duration REFRESH_AFTER = Duration.ofMinutes(5);

    /** How long keys work after they were fetched, when no fetch succeeds any more. */
    public static final Duration USABLE_FOR = Duration.ofHours(1);

    /** The shortest time between the starts of two fetches. */
    public static final Duration MIN_PAUSE = Duration.ofSeconds(5);

    /** How many requests may wait for one fetch; the next ones are told to come back. */
    static final int MAX_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    private record Snapshot(List<JWK> keys, Instant fetchedAt) {}

    private final String issuer;
    private final Supplier<Future<List<JWK>>> fetch;
    private final Clock clock;
    private final MeterRegistry meters;
    private final AtomicInteger waiting = new AtomicInteger();

    private @Nullable Snapshot snapshot; // this and the next three: guarded by this
    private @Nullable Future<Void> inFlight;
    private Instant lastAttempt = Instant.EPOCH;
    private boolean failing;

    /**
     * @param client used for metadata and keys; not closed here
     * @param config whose keys
     * @param clock tells the age of keys
     * @param meters where fetches are counted
     */
    public RemoteKeys(HttpClient client, IssuerConfig config, Clock clock, MeterRegistry meters) {
        this(config.issuer(), new IssuerDocuments(client, config)::keys, clock, meters);
    }

    RemoteKeys(String issuer, Supplier<Future<List<JWK>>> fetch, Clock clock, MeterRegistry meters) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Future<Keys> find(@Nullable String keyId) {
        Future<Void> fetched;
        synchronized (this) {
            List<JWK> candidates = candidates(keyId);
            boolean stale = candidates.isEmpty() || age().compareTo(REFRESH_AFTER) >= 0;
            if (stale && inFlight == null && !clock.instant().isBefore(lastAttempt.plus(MIN_PAUSE))) {
                startFetch();
            }
            fetched = inFlight;
            if (!candidates.isEmpty() || fetched == null) {
                return Future.succeededFuture(settled(keyId));
            }
        }
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return Future.succeededFuture(unavailable(MAX_WAITING + " requests wait for the keys of", MIN_PAUSE));
        }
        return onCallersContext(fetched.transform(done -> {
            waiting.decrementAndGet();
            return Future.succeededFuture(settled(keyId));
        }));
    }

    /** The answer from what is known now. */
    private synchronized Keys settled(@Nullable String keyId) {
        List<JWK> candidates = candidates(keyId);
        if (!candidates.isEmpty()) {
            return new Keys.Known(candidates);
        }
        if (!failing && snapshot != null) {
            return new Keys.Unknown();
        }
        Duration untilNext = Duration.between(clock.instant(), lastAttempt.plus(MIN_PAUSE));
        return unavailable("nobody could fetch the keys of", untilNext.isNegative() ? Duration.ZERO : untilNext);
    }

    private Keys unavailable(String what, Duration retryAfter) {
        return new Keys.Unavailable(what + " issuer " + issuer, retryAfter);
    }

    private List<JWK> candidates(@Nullable String keyId) {
        Snapshot current = snapshot;
        if (current == null || age().compareTo(USABLE_FOR) >= 0) {
            return List.of();
        }
        return keyId == null
                ? current.keys()
                : current.keys().stream()
                        .filter(key -> keyId.equals(key.getKeyID()))
                        .toList();
    }

    private Duration age() {
        return snapshot == null ? Duration.ZERO : Duration.between(snapshot.fetchedAt(), clock.instant());
    }

    private void startFetch() {
        lastAttempt = clock.instant();
        Promise<Void> done = Promise.promise();
        inFlight = done.future();
        // composed, so that a fetch that throws at once is a failed one too
        Future.succeededFuture().compose(now -> fetch.get()).onComplete(result -> {
            settle(result);
            done.complete();
        });
    }

    private synchronized void settle(AsyncResult<List<JWK>> result) {
        inFlight = null;
        boolean wasFailing = failing;
        failing = result.failed();
        meters.counter("gateway.jwks.fetches", "result", failing ? "failed" : "ok")
                .increment();
        if (result.succeeded()) {
            snapshot = new Snapshot(List.copyOf(result.result()), clock.instant());
        }
        if (failing && !wasFailing) {
            LOG.atWarn()
                    .addKeyValue("issuer", issuer)
                    .addKeyValue("error", String.valueOf(result.cause().getMessage()))
                    .addKeyValue("retryIn", MIN_PAUSE)
                    .log("keys of the issuer could not be fetched, known keys stay in use for a while");
        } else if (wasFailing && !failing) {
            LOG.atInfo().addKeyValue("issuer", issuer).log("keys of the issuer are fetched again");
        }
    }

    /** The fetch ends on the context of whoever started it; each caller must go on on its own event loop. */
    private static <T> Future<T> onCallersContext(Future<T> shared) {
        Context context = Vertx.currentContext();
        if (context == null) {
            return shared;
        }
        Promise<T> own = Promise.promise();
        shared.onComplete(result -> context.runOnContext(now -> own.handle(result)));
        return own.future();
    }
}
