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

/**
 * Ends a token (RFC 7009). The answer is 200 whether or not there is such a token; that of another client stays good. A refresh token takes its whole family with
 * it. The hint is not needed: a token with dots is an access token.
 */
final class RevocationEndpoint implements FormEndpoint.Action {

    private final TokenVerifier verifier;
    private final Grants grants;
    private final AccountThreads threads;
    private final Ending ending;
    private final Clock clock;

    RevocationEndpoint(TokenVerifier verifier, Grants grants, AccountThreads threads, Ending ending, Clock clock) {
        this.verifier = verifier;
        this.grants = grants;
        this.threads = threads;
        this.ending = ending;
        this.clock = clock;
    }

    @Override
    public Future<JsonObject> answer(TokenRequest asked, Client client, HttpServerRequest request) throws OAuthError {
        String token = asked.required("token");
        Future<Void> ended = token.contains(".") ? accessToken(token, client) : refreshToken(token, client);
        return ended.map(done -> new JsonObject());
    }

    private Future<Void> accessToken(String token, Client client) {
        return verifier.verify(token).compose(verdict -> {
            if (verdict instanceof TokenVerdict.Active active) {
                Principal principal = active.principal();
                if (principal.clientId().equals(client.id())
                        && principal.claims().get("jti") instanceof String tokenId) {
                    return ending.token(tokenId);
                }
            }
            return Future.succeededFuture();
        });
    }

    private Future<Void> refreshToken(String token, Client client) {
        String hash = Clients.base64(Clients.hash(token));
        return threads.run(() -> grants.find(hash, clock.instant())
                        .filter(grant -> grant.client().equals(client.id())))
                .compose(grant ->
                        grant.map(Grant::id).map(ending::grant).orElseGet(() -> Future.<Void>succeededFuture()));
    }
}
