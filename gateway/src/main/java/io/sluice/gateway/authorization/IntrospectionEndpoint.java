package io.sluice.gateway.authorization;

import io.sluice.gateway.accounts.Grant;
import io.sluice.gateway.accounts.Grants;
import io.sluice.gateway.auth.Principal;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;

/**
 * Tells a confidential client about a token (RFC 7662): about access tokens of this server, and about its own refresh tokens. A token that is not good is {@code
 * {"active":false}} and nothing else.
 */
final class IntrospectionEndpoint implements FormEndpoint.Action {

    private static final List<String> TOLD =
            List.of("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "cnf");

    private final TokenVerifier verifier;
    private final Grants grants;
    private final AccountThreads threads;
    private final Clock clock;

    IntrospectionEndpoint(TokenVerifier verifier, Grants grants, AccountThreads threads, Clock clock) {
        this.verifier = verifier;
        this.grants = grants;
        this.threads = threads;
        this.clock = clock;
    }

    @Override
    public Future<JsonObject> answer(TokenRequest asked, Client client, HttpServerRequest request) throws OAuthError {
        if (client.isPublic()) {
            throw OAuthError.of(401, "invalid_client", "a public client may not ask about tokens");
        }
        String token = asked.required("token");
        if (token.contains(".")) {
            return verifier.verify(token)
                    .map(verdict -> verdict instanceof TokenVerdict.Active active
                            ? accessToken(active.principal())
                            : inactive());
        }
        String hash = Clients.base64(Clients.hash(token));
        return threads.run(() -> grants.find(hash, clock.instant())
                .filter(grant -> grant.client().equals(client.id()))
                .map(IntrospectionEndpoint::refreshToken)
                .orElseGet(IntrospectionEndpoint::inactive));
    }

    private static JsonObject accessToken(Principal principal) {
        JsonObject answer = new JsonObject()
                .put("active", true)
                .put("token_type", principal.claims().containsKey("cnf") ? "DPoP" : "Bearer");
        for (String claim : TOLD) {
            Object value = principal.claims().get(claim);
            if (value != null) {
                answer.put(claim, value);
            }
        }
        return answer;
    }

    private static JsonObject refreshToken(Grant grant) {
        return new JsonObject()
                .put("active", true)
                .put("sub", grant.subject())
                .put("client_id", grant.client())
                .put("scope", String.join(" ", grant.scopes()))
                .put("exp", grant.expiresAt().getEpochSecond());
    }

    private static JsonObject inactive() {
        return new JsonObject().put("active", false);
    }
}
