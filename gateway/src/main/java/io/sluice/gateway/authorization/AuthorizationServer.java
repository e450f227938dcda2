package io.sluice.gateway.authorization;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.Service;
import io.sluice.gateway.accounts.PasswordHash;
import io.sluice.gateway.auth.DpopProofs;
import io.sluice.gateway.auth.IdentityIssuer;
import io.sluice.gateway.auth.LocalKeys;
import io.sluice.gateway.auth.RevocationList;
import io.sluice.gateway.auth.Revocations;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.auth.TrustedIssuer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The built-in authorization server (RFC 6749, RFC 9700): client credentials, authorization code with PKCE, refresh tokens that rotate, revocation, introspection,
 * registration, keys and metadata. It listens nowhere itself: the gateway offers it every request.
 *
 * <p>Tokens are RFC 9068 JWTs. The default algorithm is ES256, because its key is made in 25 ms at first start, where an RSA key takes 0.3 to 1.2 s. RS256,
 * which every client and resource server knows, is there by configuration; its signatures are verified about 17 times faster (0.04 ms against 0.7 ms on
 * Java 17), which matters where many different tokens arrive.
 */
public final class AuthorizationServer implements Service, IdentityIssuer {

    /** Path of the token endpoint. */
    public static final String TOKEN_PATH = "/oauth2/token";

    /** Path of the public keys. */
    public static final String KEYS_PATH = "/oauth2/jwks";

    /** Path of the metadata; an issuer with a path of its own has that appended. */
    public static final String METADATA_PATH = "/.well-known/oauth-authorization-server";

    /** Where users sign in. */
    public static final String AUTHORIZE_PATH = "/oauth2/authorize";

    /** Ends tokens (RFC 7009). */
    public static final String REVOCATION_PATH = "/oauth2/revoke";

    /** Tells about tokens (RFC 7662). */
    public static final String INTROSPECTION_PATH = "/oauth2/introspect";

    /** Registers clients (RFC 7591). */
    public static final String REGISTRATION_PATH = "/oauth2/register";

    /** Adds and removes users. */
    public static final String USERS_PATH = "/oauth2/users";

    /** Makes and removes API keys. */
    public static final String API_KEYS_PATH = "/oauth2/api-keys";

    private final AuthorizationServerConfig config;
    private final Path home;
    private final int passwordIterations;
    private final Supplier<String> issuer;
    private final Supplier<Set<String>> knownScopes;
    private final Clock clock;
    private final MeterRegistry meters;
    private final RevocationList revocations;
    private final Vertx vertx;
    private volatile @Nullable Endpoints started;

    /**
     * @param config its settings; must be enabled
     * @param home the state folder; keys and generated secrets are kept in {@code secrets/} there
     * @param vertx has the threads for database and passwords
     * @param issuer the issuer URL, asked at every request, since the real port is known only once the gateway listens
     * @param knownScopes every scope that an API of this gateway names; asked at every token request
     * @param clock dates the tokens
     * @param meters where token requests are counted
     */
    public AuthorizationServer(
            AuthorizationServerConfig config,
            Path home,
            Vertx vertx,
            Supplier<String> issuer,
            Supplier<Set<String>> knownScopes,
            Clock clock,
            MeterRegistry meters) {
        this(config, home, vertx, issuer, knownScopes, PasswordHash.ITERATIONS, clock, meters);
    }

    /** @param passwordIterations fewer than in production let a test sign in a hundred times */
    AuthorizationServer(
            AuthorizationServerConfig config,
            Path home,
            Vertx vertx,
            Supplier<String> issuer,
            Supplier<Set<String>> knownScopes,
            int passwordIterations,
            Clock clock,
            MeterRegistry meters) {
        if (!config.enabled()) {
            throw new IllegalArgumentException("the authorization server is disabled, do not make one");
        }
        this.config = config;
        this.home = home;
        this.passwordIterations = passwordIterations;
        this.vertx = vertx;
        this.revocations = new RevocationList(clock);
        this.issuer = issuer;
        this.knownScopes = knownScopes;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public String name() {
        return "authorization server";
    }

    /**
     * Reads the keys and secrets, or makes them at first start. Blocks on the disk; may be called before the gateway listens.
     *
     * @throws IOException when a file cannot be read or written; the message names it
     */
    @Override
    public void start() throws IOException {
        started = Endpoints.open(new Endpoints.Setting(
                config, home, vertx, issuer, this::base, knownScopes, revocations, passwordIterations, clock, meters));
    }

    /** This server as an issuer for {@link io.sluice.gateway.auth.JwtVerifier}, which then needs no HTTP for its keys. After {@link #start()} only. */
    public TrustedIssuer trustedIssuer() {
        return running().trusted();
    }

    /** What was revoked here; known before {@link #start()}, filled by it. */
    public Revocations revocations() {
        return revocations;
    }

    /** Knows the API keys that were made here. After {@link #start()} only. */
    public TokenVerifier apiKeys() {
        return running().apiKeys();
    }

    static TrustedIssuer trusted(AuthorizationServerConfig config, Supplier<String> issuer, List<JWK> keys) {
        Set<String> algorithms =
                keys.stream().map(key -> key.getAlgorithm().getName()).collect(Collectors.toSet());
        return new TrustedIssuer(
                issuer, Set.of(config.audience()), algorithms, false, Duration.ZERO, new LocalKeys(keys));
    }

    @Override
    public String issuer() {
        return issuer.get();
    }

    /** With the key that signs access tokens too; the type keeps the two apart. After {@link #start()} only. */
    @Override
    public String sign(JOSEObjectType type, JWTClaimsSet claims) {
        return running().tokens().sign(type, claims);
    }

    /**
     * Answers the request if its path is one of the server's own, whether the request is paused or not. After {@link #start()} only.
     *
     * @return false when the path belongs to somebody else; the request is untouched then
     */
    public boolean handle(HttpServerRequest request) {
        String path = request.path();
        Endpoints.Route route = path == null ? null : running().find(path);
        if (route != null) {
            if (allowed(request, route.methods())) {
                route.action().accept(request);
            }
            return true;
        }
        if (KEYS_PATH.equals(path)) {
            document(request, () -> new JsonObject(new JWKSet(running().publicKeys()).toString(true)));
            return true;
        }
        if (isMetadata(path)) {
            document(request, this::metadata);
            return true;
        }
        return false;
    }

    @Override
    public void close() {
        Endpoints opened = started;
        started = null;
        if (opened != null) {
            opened.close();
        }
    }

    private Endpoints running() {
        Endpoints now = started;
        if (now == null) {
            throw new IllegalStateException("the authorization server is not started");
        }
        return now;
    }

    /** RFC 8414, section 2. */
    private JsonObject metadata() {
        String base = base();
        JsonObject metadata = new JsonObject()
                .put("issuer", issuer.get())
                .put("authorization_endpoint", base + AUTHORIZE_PATH)
                .put("token_endpoint", base + TOKEN_PATH)
                .put("jwks_uri", base + KEYS_PATH)
                .put("revocation_endpoint", base + REVOCATION_PATH)
                .put("introspection_endpoint", base + INTROSPECTION_PATH)
                .put("response_types_supported", new JsonArray().add("code"))
                .put("response_modes_supported", new JsonArray().add("query"))
                .put("grant_types_supported", names(Registration.GRANTS, GrantType::getValue))
                .put("code_challenge_methods_supported", new JsonArray().add("S256"))
                .put("authorization_response_iss_parameter_supported", true)
                .put("dpop_signing_alg_values_supported", names(DpopProofs.ALGORITHMS, JWSAlgorithm::getName));
        for (String endpoint : List.of("token", "revocation", "introspection")) {
            metadata.put(
                            endpoint + "_endpoint_auth_methods_supported",
                            names(Registration.METHODS, ClientAuthenticationMethod::getValue))
                    .put(
                            endpoint + "_endpoint_auth_signing_alg_values_supported",
                            names(Registration.SIGNING, JWSAlgorithm::getName));
        }
        if (config.registration()) {
            metadata.put("registration_endpoint", base + REGISTRATION_PATH);
        }
        List<String> scopes = knownScopes.get().stream().sorted().toList();
        if (!scopes.isEmpty()) {
            metadata.put("scopes_supported", new JsonArray(scopes));
        }
        return metadata;
    }

    private static <T> JsonArray names(Collection<T> values, Function<T, String> name) {
        return new JsonArray(values.stream().map(name).sorted().toList());
    }

    /** The well-known part stands before the path of the issuer (RFC 8414, section 3); most issuers have none. */
    private boolean isMetadata(@Nullable String path) {
        if (path == null || !path.startsWith(METADATA_PATH)) {
            return false;
        }
        String rest = path.substring(METADATA_PATH.length());
        return rest.isEmpty() || (rest + "/").equals(URI.create(base() + "/").getRawPath());
    }

    private String base() {
        String url = issuer.get();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static void document(HttpServerRequest request, Supplier<JsonObject> body) {
        if (allowed(request, Set.of(HttpMethod.GET, HttpMethod.HEAD))) {
            request.resume();
            request.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                    .end(body.get().toBuffer());
        }
    }

    private static boolean allowed(HttpServerRequest request, Set<HttpMethod> methods) {
        if (methods.contains(request.method())) {
            return true;
        }
        String names = methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
        request.resume();
        request.response()
                .setStatusCode(405)
                .putHeader(HttpHeaders.ALLOW, names)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(OAuthError.of(405, "invalid_request", "the method must be " + names)
                        .toJson()
                        .toBuffer());
        return false;
    }
}
