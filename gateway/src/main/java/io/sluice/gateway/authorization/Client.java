package io.sluice.gateway.authorization;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for tokens, whether from the configuration or registered.
 *
 * @param id its {@code client_id}
 * @param name for people
 * @param scopes what it may have; {@link ClientConfig#ANY_SCOPE} stands for all
 * @param redirectUris where a user may be sent back to, compared exactly
 * @param grants what it may do at the token endpoint
 * @param method how it proves who it is
 * @param secretHash SHA-256 of its secret, if it has one
 * @param keys its public keys, for {@code private_key_jwt}
 */
record Client(
        String id,
        String name,
        List<String> scopes,
        List<String> redirectUris,
        Set<GrantType> grants,
        ClientAuthenticationMethod method,
        byte @Nullable [] secretHash,
        JWKSet keys) {

    static Client of(ClientConfig config, byte @Nullable [] secretHash) {
        Set<GrantType> grants = new HashSet<>();
        if (!config.publicClient()) {
            grants.add(GrantType.CLIENT_CREDENTIALS);
        }
        if (!config.redirectUris().isEmpty()) {
            grants.addAll(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
        }
        return new Client(
                config.id(),
                config.id(),
                config.scopes(),
                config.redirectUris(),
                grants,
                config.publicClient()
                        ? ClientAuthenticationMethod.NONE
                        : ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
                secretHash,
                new JWKSet());
    }

    static Client of(String id, ClientMetadata metadata, byte @Nullable [] secretHash) {
        List<String> redirects = metadata.getRedirectionURIStrings() == null
                ? List.of()
                : List.copyOf(metadata.getRedirectionURIStrings());
        return new Client(
                id,
                Objects.requireNonNullElse(metadata.getName(), id),
                metadata.getScope() == null ? List.of() : metadata.getScope().toStringList(),
                redirects,
                Set.copyOf(metadata.getGrantTypes()),
                metadata.getTokenEndpointAuthMethod(),
                secretHash,
                Objects.requireNonNullElseGet(metadata.getJWKSet(), JWKSet::new));
    }

    /** Whether it has no secret of any kind (RFC 6749, section 2.1). */
    boolean isPublic() {
        return method.equals(ClientAuthenticationMethod.NONE);
    }

    /** Exactly one of the registered ones; the port of a loopback address is free (RFC 8252, section 7.3). */
    boolean mayRedirectTo(String uri) {
        return redirectUris.contains(uri)
                || redirectUris.stream().anyMatch(registered -> sameButForPort(registered, uri));
    }

    private static boolean sameButForPort(String registered, String uri) {
        for (String loopback : List.of("http://127.0.0.1", "http://[::1]")) {
            if (isBelow(registered, loopback) && isBelow(uri, loopback)) {
                return withoutPort(registered, loopback).equals(withoutPort(uri, loopback));
            }
        }
        return false;
    }

    private static boolean isBelow(String uri, String loopback) {
        return uri.startsWith(loopback)
                && uri.substring(loopback.length()).matches("(:\\d{1,5})?(/[\\x21\\x24-\\x7E]*)?")
                && loopback.endsWith(URI.create(uri).getHost());
    }

    private static String withoutPort(String uri, String loopback) {
        return uri.substring(loopback.length()).replaceFirst("^:\\d{1,5}", "");
    }

    /** Hides the hash. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
