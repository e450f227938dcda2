package io.sluice.gateway.authorization;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import io.sluice.gateway.accounts.RegisteredClients;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Registers clients (RFC 7591). Nothing is fetched that a client names: keys must be in {@code jwks}, and {@code jwks_uri} is refused. A client without {@code scope} may have
 * none; {@code *} stands for all.
 */
final class Registration implements JsonEndpoint.Action {

    static final Set<GrantType> GRANTS =
            Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS);

    static final Set<ClientAuthenticationMethod> METHODS = Set.of(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            ClientAuthenticationMethod.CLIENT_SECRET_POST,
            ClientAuthenticationMethod.PRIVATE_KEY_JWT,
            ClientAuthenticationMethod.NONE);

    /** Of client assertions. */
    static final Set<JWSAlgorithm> SIGNING = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.PS256);

    private static final int MAX_METADATA = 8_000;

    private final Clients clients;
    private final RegisteredClients registered;
    private final AccountThreads threads;
    private final SecureRandom random;
    private final Clock clock;

    Registration(
            Clients clients, RegisteredClients registered, AccountThreads threads, SecureRandom random, Clock clock) {
        this.clients = clients;
        this.registered = registered;
        this.threads = threads;
        this.random = random;
        this.clock = clock;
    }

    /** Makes the registered clients known. Blocks. */
    void load() throws IOException {
        for (RegisteredClients.Entry entry : registered.all()) {
            try {
                byte[] hash = entry.secretHash() == null
                        ? null
                        : Base64.getUrlDecoder().decode(entry.secretHash());
                ClientMetadata metadata = ClientMetadata.parse(JSONObjectUtils.parse(entry.metadata()));
                clients.add(Client.of(entry.id(), metadata, hash));
            } catch (ParseException broken) {
                throw new IOException("client '" + entry.id() + "' in the database of accounts cannot be read", broken);
            }
        }
    }

    @Override
    public Future<JsonObject> answer(HttpServerRequest request, JsonObject body) throws OAuthError {
        ClientMetadata metadata = checked(body);
        String id = UUID.randomUUID().toString();
        String secret = hasSecret(metadata) ? Clients.randomText(random) : null;
        byte[] hash = secret == null ? null : Clients.hash(secret);
        Client client = Client.of(id, metadata, hash);
        Instant now = clock.instant();
        String kept = metadata.toJSONObject(true).toJSONString();
        if (kept.length() > MAX_METADATA) {
            throw invalid("the metadata is longer than " + MAX_METADATA + " characters");
        }
        if (!clients.add(client)) {
            throw OAuthError.of(503, "temporarily_unavailable", "no more clients can be registered");
        }
        return threads.run(() -> {
                    registered.add(
                            new RegisteredClients.Entry(id, kept, hash == null ? null : Clients.base64(hash)), now);
                    return id;
                })
                .onFailure(failed -> clients.forget(id))
                .map(done -> described(id, secret, now, kept));
    }

    private static JsonObject described(String id, @Nullable String secret, Instant now, String metadata) {
        JsonObject answer =
                new JsonObject(metadata).put("client_id", id).put("client_id_issued_at", now.getEpochSecond());
        if (secret != null) {
            answer.put("client_secret", secret).put("client_secret_expires_at", 0);
        }
        return answer;
    }

    private static boolean hasSecret(ClientMetadata metadata) {
        ClientAuthenticationMethod method = metadata.getTokenEndpointAuthMethod();
        return method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                || method.equals(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }

    private static ClientMetadata checked(JsonObject body) throws OAuthError {
        ClientMetadata metadata = parsed(body);
        metadata.applyDefaults();
        requireRedirectUris(metadata);
        if (!GRANTS.containsAll(metadata.getGrantTypes())) {
            throw invalid("grant_types must be of " + GRANTS);
        }
        if (!Set.of(ResponseType.CODE).containsAll(metadata.getResponseTypes())) {
            throw invalid("response_types must be [code]");
        }
        ClientAuthenticationMethod method = metadata.getTokenEndpointAuthMethod();
        if (!METHODS.contains(method)) {
            throw invalid("token_endpoint_auth_method must be one of " + METHODS);
        }
        if (metadata.getJWKSetURI() != null || metadata.getSoftwareStatement() != null) {
            throw invalid("jwks_uri and software_statement are not supported, send jwks");
        }
        boolean isPublic = method.equals(ClientAuthenticationMethod.NONE);
        if (isPublic && metadata.getGrantTypes().contains(GrantType.CLIENT_CREDENTIALS)) {
            throw invalid("a client that cannot prove itself may not use client_credentials");
        }
        requireKeys(metadata, method);
        if (metadata.getScope() != null
                && !metadata.getScope().toStringList().stream().allMatch(Scopes::isScope)) {
            throw invalid("scope must be names with one blank between them");
        }
        return metadata;
    }

    private static ClientMetadata parsed(JsonObject body) throws OAuthError {
        try {
            return ClientMetadata.parse(JSONObjectUtils.parse(body.encode()));
        } catch (ParseException | IllegalArgumentException malformed) {
            throw invalid("the metadata has a member of the wrong kind");
        }
    }

    private static void requireRedirectUris(ClientMetadata metadata) throws OAuthError {
        Set<String> uris = Objects.requireNonNullElse(metadata.getRedirectionURIStrings(), Set.of());
        if (uris.isEmpty() && metadata.getGrantTypes().contains(GrantType.AUTHORIZATION_CODE)) {
            throw badRedirect("redirect_uris is missing");
        }
        for (String uri : uris) {
            String problem = RedirectUris.problem(uri);
            if (problem != null) {
                throw badRedirect("a redirect URI " + problem);
            }
        }
    }

    private static void requireKeys(ClientMetadata metadata, ClientAuthenticationMethod method) throws OAuthError {
        JWKSet keys = metadata.getJWKSet();
        boolean wanted = method.equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        if (wanted && (keys == null || keys.isEmpty())) {
            throw invalid("private_key_jwt needs jwks");
        }
        if (keys != null
                && !keys.getKeys().stream().allMatch(key -> key instanceof AsymmetricJWK && !key.isPrivate())) {
            throw invalid("jwks must hold public keys only");
        }
    }

    private static OAuthError badRedirect(String description) {
        return OAuthError.badRequest(RegistrationError.INVALID_REDIRECT_URI.getCode(), description);
    }

    private static OAuthError invalid(String description) {
        return OAuthError.badRequest(RegistrationError.INVALID_CLIENT_METADATA.getCode(), description);
    }
}
