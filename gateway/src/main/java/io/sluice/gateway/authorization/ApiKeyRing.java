package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.sluice.gateway.accounts.ApiKeys;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * API keys: made for the administrator, shown once, known by hash only. A key is {@code slk_<id>_<256 random bits>}; the id finds it, and the hash of the whole is compared in
 * constant time. At most {@value #MAX}. Thread-safe.
 */
final class ApiKeyRing implements JsonEndpoint.Action, TokenVerifier {

    static final int MAX = 100_000;
    static final Duration LONGEST = Duration.ofDays(365);

    private static final String PREFIX = "slk_";
    private static final int ID_LENGTH = 32;

    private final ApiKeys keys;
    private final AccountThreads threads;
    private final Ending ending;
    private final Supplier<String> issuer;
    private final SecureRandom random;
    private final Clock clock;
    private final Map<String, ApiKeys.Entry> byId = new ConcurrentHashMap<>();

    ApiKeyRing(
            ApiKeys keys,
            AccountThreads threads,
            Ending ending,
            Supplier<String> issuer,
            SecureRandom random,
            Clock clock) {
        this.keys = keys;
        this.threads = threads;
        this.ending = ending;
        this.issuer = issuer;
        this.random = random;
        this.clock = clock;
    }

    /** Reads them. Blocks. */
    void load() {
        keys.current(clock.instant()).forEach(key -> byId.put(key.id(), key));
    }

    @Override
    public Future<TokenVerdict> verify(String key) {
        return Future.succeededFuture(judge(key));
    }

    private TokenVerdict judge(String text) {
        int end = PREFIX.length() + ID_LENGTH;
        boolean shaped = text.startsWith(PREFIX) && text.length() > end && text.charAt(end) == '_';
        ApiKeys.Entry key = shaped ? byId.get(text.substring(PREFIX.length(), end)) : null;
        String hash = Clients.base64(Clients.hash(text));
        if (key == null || !same(hash, key.hash())) {
            return new TokenVerdict.Inactive("the API key is unknown");
        }
        if (!clock.instant().isBefore(key.expiresAt())) {
            return new TokenVerdict.Inactive("the API key is expired");
        }
        return new TokenVerdict.Active(principal(key), key.expiresAt());
    }

    private Principal principal(ApiKeys.Entry key) {
        Set<String> scopes = new LinkedHashSet<>(Set.of(key.scopes().split(" ")));
        scopes.remove("");
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer.get());
        claims.put("sub", key.name());
        claims.put("client_id", key.name());
        claims.put("scope", key.scopes());
        claims.put("jti", key.id());
        return new Principal(issuer.get(), key.name(), key.name(), Set.copyOf(scopes), Map.copyOf(claims));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Future<JsonObject> answer(HttpServerRequest request, JsonObject body) throws OAuthError {
        return request.method() == HttpMethod.DELETE ? remove(request) : add(body);
    }

    private Future<JsonObject> add(JsonObject body) throws OAuthError {
        if (!(body.getValue("name") instanceof String name) || !name.matches("[A-Za-z0-9._@+-]{1,64}")) {
            throw invalid("name must be 1 to 64 letters, digits or . _ @ + -");
        }
        Object days = body.getValue("days", LONGEST.toDays());
        if (!(days instanceof Number number) || number.longValue() < 1 || number.longValue() > LONGEST.toDays()) {
            throw invalid("days must be 1 to " + LONGEST.toDays());
        }
        if (byId.size() >= MAX) {
            throw invalid("there are " + MAX + " keys already");
        }
        String scopes = scopes(body);
        String id = UUID.randomUUID().toString().replace("-", "");
        String key = PREFIX + id + "_" + Clients.randomText(random);
        Instant expires = clock.instant().plus(Duration.ofDays(number.longValue()));
        ApiKeys.Entry entry = new ApiKeys.Entry(
                id, Clients.base64(Clients.hash(key)), name, scopes, expires.minusNanos(expires.getNano()));
        return threads.run(() -> {
                    keys.add(entry);
                    return entry;
                })
                .map(kept -> {
                    byId.put(id, kept);
                    return new JsonObject()
                            .put("id", id)
                            .put("key", key)
                            .put("name", name)
                            .put("scope", scopes)
                            .put("expires_at", expires.getEpochSecond());
                });
    }

    private Future<JsonObject> remove(HttpServerRequest request) {
        String id = request.path().substring(request.path().lastIndexOf('/') + 1);
        return threads.run(() -> keys.remove(id)).compose(removed -> {
            if (!removed) {
                return Future.failedFuture(
                        OAuthError.of(404, OAuth2Error.INVALID_REQUEST_CODE, "there is no key of this id"));
            }
            byId.remove(id);
            return ending.token(id).map(done -> new JsonObject().put("id", id));
        });
    }

    private static String scopes(JsonObject body) throws OAuthError {
        if (!(body.getValue("scopes", new JsonArray()) instanceof JsonArray list)
                || !list.stream().allMatch(scope -> scope instanceof String text && Scopes.isScope(text))) {
            throw invalid("scopes must be an array of scopes");
        }
        return String.join(" ", list.stream().map(String.class::cast).toList());
    }

    private static OAuthError invalid(String description) {
        return OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, description);
    }
}
