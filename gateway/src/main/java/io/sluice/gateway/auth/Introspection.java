package io.sluice.gateway.auth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the issuer about opaque tokens (RFC 7662).
 *
 * <ol>
 *   <li>Many who come at once with one token share one question; at most {@value #MAX_ASKING} tokens are asked about at a time.
 *   <li>Good answers are kept for {@link IntrospectionConfig#cache()}, bad ones for {@link #BAD_FOR}, {@value #MAX_KEPT} in all, and none beyond the {@code exp} in it.
 *   <li>What is not a clear yes is no: without a true {@code active}, with another {@code iss} or {@code aud}, expired or not yet valid.
 *   <li>An issuer that cannot be asked, or answers anything but 200, makes the token {@link TokenVerdict.Unavailable}, never good.
 * </ol>
 *
 * <p>Metric: {@code gateway.introspections} by {@code result}.
 */
public final class Introspection implements TokenVerifier {

    /** How long a bad token is not asked about again. */
    static final Duration BAD_FOR = Duration.ofSeconds(5);

    static final int MAX_KEPT = 4_096;
    static final int MAX_ASKING = 256;

    /** How long a token without {@code exp} is taken to be good. */
    private static final Duration WITHOUT_EXPIRY = Duration.ofHours(1);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Introspection.class);

    private record Kept(TokenVerdict verdict, Instant until) {}

    private final HttpClient client;
    private final IssuerConfig issuer;
    private final IntrospectionConfig config;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true); // this and below: guarded by this
    private final Map<String, Future<TokenVerdict>> asking = new HashMap<>();

    /**
     * @param client asks; not closed here
     * @param issuer has an {@link IssuerConfig#introspection()}
     */
    public Introspection(HttpClient client, IssuerConfig issuer, Clock clock, MeterRegistry meters) {
        this.client = client;
        this.issuer = issuer;
        this.config = Objects.requireNonNull(issuer.introspection());
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Future<TokenVerdict> verify(String token) {
        String key = VerifiedTokens.key(token);
        Promise<TokenVerdict> mine = Promise.promise();
        synchronized (this) {
            Kept known = kept.get(key);
            if (known != null && clock.instant().isBefore(known.until())) {
                return Future.succeededFuture(known.verdict());
            }
            Future<TokenVerdict> shared = asking.get(key);
            if (shared != null) {
                return onCallersContext(shared);
            }
            if (asking.size() >= MAX_ASKING) {
                return Future.succeededFuture(unavailable("too many tokens are asked about at once"));
            }
            asking.put(key, mine.future());
        }
        ask(token)
                .recover(failed -> Future.succeededFuture(unavailable(String.valueOf(failed.getMessage()))))
                .onSuccess(verdict -> {
                    keep(key, verdict);
                    meters.counter(
                                    "gateway.introspections",
                                    "result",
                                    verdict.getClass().getSimpleName())
                            .increment();
                    mine.complete(verdict);
                });
        return onCallersContext(mine.future());
    }

    @Override
    public synchronized boolean remembers(String token) {
        Kept known = kept.get(VerifiedTokens.key(token));
        return known != null && clock.instant().isBefore(known.until());
    }

    private synchronized void keep(String key, TokenVerdict verdict) {
        asking.remove(key);
        Instant now = clock.instant();
        if (verdict instanceof TokenVerdict.Active active) {
            Instant until = now.plus(config.cache());
            kept.put(key, new Kept(verdict, active.expiresAt().isBefore(until) ? active.expiresAt() : until));
        } else if (verdict instanceof TokenVerdict.Inactive) {
            kept.put(key, new Kept(verdict, now.plus(BAD_FOR)));
        }
        if (kept.size() > MAX_KEPT) {
            Iterator<String> oldest = kept.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private Future<TokenVerdict> ask(String token) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(config.endpoint().toString())
                .setFollowRedirects(false)
                .setConnectTimeout(IssuerDocuments.TIME_OUT.toMillis())
                .putHeader("accept", "application/json")
                .putHeader("content-type", "application/x-www-form-urlencoded")
                .putHeader(
                        "authorization",
                        new ClientSecretBasic(
                                        new ClientID(config.clientId()),
                                        new com.nimbusds.oauth2.sdk.auth.Secret(
                                                config.clientSecret().value()))
                                .toHTTPAuthorizationHeader());
        String form = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8) + "&token_type_hint=access_token";
        return client.request(options)
                .compose(request -> request.send(Buffer.buffer(form))
                        .compose(response -> IssuerDocuments.read(response, request))
                        .timeout(IssuerDocuments.TIME_OUT.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(late -> request.reset()))
                .timeout(IssuerDocuments.TIME_OUT.toMillis(), TimeUnit.MILLISECONDS)
                .map(document -> document.status() == 200
                        ? judge(document.body().toString())
                        : unavailable("the introspection endpoint answered " + document.status()));
    }

    private TokenVerdict judge(String body) {
        try {
            TokenIntrospectionSuccessResponse answer =
                    TokenIntrospectionSuccessResponse.parse(JSONObjectUtils.parse(body));
            if (!answer.isActive()) {
                return new TokenVerdict.Inactive("the issuer says that the token is not good");
            }
            return judge(answer);
        } catch (ParseException | IllegalArgumentException unclear) {
            return new TokenVerdict.Inactive("the issuer did not say clearly that the token is good");
        }
    }

    private TokenVerdict judge(TokenIntrospectionSuccessResponse answer) {
        if (hasUnreadable(answer)) {
            return new TokenVerdict.Inactive("the issuer did not say clearly that the token is good");
        }
        Instant now = clock.instant();
        Date expires = answer.getExpirationTime();
        Date begins = answer.getNotBeforeTime();
        if (expires != null && !now.isBefore(expires.toInstant())) {
            return new TokenVerdict.Inactive("the token is expired");
        }
        if (begins != null && begins.toInstant().isAfter(now.plus(issuer.clockSkew()))) {
            return new TokenVerdict.Inactive("the token is not valid yet");
        }
        if (answer.getIssuer() != null && !answer.getIssuer().getValue().equals(issuer.issuer())) {
            return new TokenVerdict.Inactive("the token is not of an issuer that is trusted here");
        }
        List<String> audience = answer.getAudience() == null
                ? issuer.audience()
                : answer.getAudience().stream().map(Audience::getValue).toList();
        if (Collections.disjoint(audience, issuer.audience())) {
            return new TokenVerdict.Inactive("the token is for another audience");
        }
        Set<String> scopes = answer.getScope() == null
                ? Set.of()
                : new LinkedHashSet<>(answer.getScope().toStringList());
        String clientId =
                answer.getClientID() == null ? "" : answer.getClientID().getValue();
        String subject =
                answer.getSubject() == null ? clientId : answer.getSubject().getValue();
        Principal principal = new Principal(
                issuer.issuer(),
                subject,
                clientId,
                Collections.unmodifiableSet(scopes),
                Collections.unmodifiableMap(new LinkedHashMap<>(answer.toJSONObject())));
        return new TokenVerdict.Active(principal, expires == null ? now.plus(WITHOUT_EXPIRY) : expires.toInstant());
    }

    /** The library reads a member of the wrong kind as if it were not there. */
    private static boolean hasUnreadable(TokenIntrospectionSuccessResponse answer) {
        Map<String, Object> members = answer.toJSONObject();
        return members.containsKey("exp") && answer.getExpirationTime() == null
                || members.containsKey("nbf") && answer.getNotBeforeTime() == null
                || members.containsKey("iss") && answer.getIssuer() == null
                || members.containsKey("aud") && answer.getAudience() == null;
    }

    private TokenVerdict unavailable(String reason) {
        LOG.atWarn()
                .addKeyValue("issuer", issuer.issuer())
                .addKeyValue("error", reason)
                .log("token could not be asked about");
        return new TokenVerdict.Unavailable("issuer " + issuer.issuer() + " could not be asked about the token", RETRY);
    }

    /** The answer comes on the context of whoever asked; each caller must go on on its own event loop. */
    private static Future<TokenVerdict> onCallersContext(Future<TokenVerdict> shared) {
        @Nullable Context context = Vertx.currentContext();
        if (context == null) {
            return shared;
        }
        Promise<TokenVerdict> own = Promise.promise();
        shared.onComplete(result -> context.runOnContext(now -> own.handle(result)));
        return own.future();
    }
}
