package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.sluice.gateway.accounts.Grant;
import io.sluice.gateway.accounts.Grants;
import io.sluice.gateway.accounts.Grants.Redeemed;
import io.sluice.gateway.auth.DpopProofs;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues tokens: for a client itself (RFC 6749, section 4.4), for an authorization code (section 4.1, with PKCE) and for a refresh token (section 6), which is
 * replaced each time. With a DPoP proof (RFC 9449) the tokens are bound to its key.
 */
final class TokenEndpoint implements FormEndpoint.Action {

    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);

    private final Issuing issuing;
    private final Scopes scopes;
    private final Codes codes;
    private final Grants grants;
    private final AccountThreads threads;
    private final Ending ending;
    private final DpopProofs proofs;
    private final Clock clock;

    /**
     * What is needed to make tokens.
     *
     * @param base address of the server, without slash at the end
     */
    record Issuing(
            AccessTokens tokens,
            Supplier<String> issuer,
            Supplier<String> base,
            SecureRandom random,
            Duration refreshLifetime) {}

    TokenEndpoint(
            Issuing issuing,
            Scopes scopes,
            Codes codes,
            Grants grants,
            AccountThreads threads,
            Ending ending,
            DpopProofs proofs,
            Clock clock) {
        this.issuing = issuing;
        this.scopes = scopes;
        this.codes = codes;
        this.grants = grants;
        this.threads = threads;
        this.ending = ending;
        this.proofs = proofs;
        this.clock = clock;
    }

    @Override
    public Future<JsonObject> answer(TokenRequest asked, Client client, HttpServerRequest request) throws OAuthError {
        GrantType type = grantType(asked);
        if (!client.grants().contains(type)) {
            throw OAuthError.badRequest(
                    OAuth2Error.UNAUTHORIZED_CLIENT_CODE, "this client may not use grant_type " + type.getValue());
        }
        String key = key(request, client);
        if (type.equals(GrantType.CLIENT_CREDENTIALS)) {
            Set<String> granted = scopes.grant(client, asked.parameter("scope"));
            return Future.succeededFuture(
                    token(new AccessTokens.Content(client.id(), client.id(), granted, null, key), null));
        }
        return type.equals(GrantType.AUTHORIZATION_CODE) ? byCode(asked, client, key) : byRefresh(asked, client, key);
    }

    private static GrantType grantType(TokenRequest asked) throws OAuthError {
        String wanted = asked.required("grant_type");
        return List.of(GrantType.CLIENT_CREDENTIALS, GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN).stream()
                .filter(type -> type.getValue().equals(wanted))
                .findFirst()
                .orElseThrow(() -> OAuthError.badRequest(
                        OAuth2Error.UNSUPPORTED_GRANT_TYPE_CODE,
                        "grant_type must be client_credentials, authorization_code or refresh_token"));
    }

    private @Nullable String key(HttpServerRequest request, Client client) throws OAuthError {
        List<String> headers = request.headers().getAll("DPoP");
        if (headers.isEmpty()) {
            return null;
        }
        try {
            URI endpoint = URI.create(issuing.base().get() + AuthorizationServer.TOKEN_PATH);
            return proofs.tokenRequest(headers, endpoint, client.id());
        } catch (DpopProofs.RefusedProof refused) {
            throw refused.busy()
                    ? OAuthError.of(503, OAuth2Error.TEMPORARILY_UNAVAILABLE_CODE, refused.reason())
                    : OAuthError.badRequest("invalid_dpop_proof", refused.reason());
        }
    }

    private Future<JsonObject> byCode(TokenRequest asked, Client client, @Nullable String key) throws OAuthError {
        Codes.Taken taken = codes.take(asked.required("code"));
        if (taken instanceof Codes.Taken.Again again) {
            LOG.atWarn().addKeyValue("client", again.client()).log("authorization code came twice, its tokens end");
            return ending.grant(again.grantId()).compose(done -> Future.failedFuture(badCode()));
        }
        if (!(taken instanceof Codes.Taken.First first)) {
            throw badCode();
        }
        Codes.Approval approval = first.approval();
        boolean same = approval.client().equals(client.id())
                && Objects.equals(approval.redirectUriSent(), asked.parameter("redirect_uri"))
                && (approval.keyThumbprint() == null || approval.keyThumbprint().equals(key));
        if (!same || !approval.isVerifiedBy(asked.required("code_verifier"))) {
            throw badCode();
        }
        Grant grant = new Grant(
                approval.grantId(),
                client.id(),
                approval.subject(),
                approval.scopes(),
                client.isPublic() ? key : null, // confidential clients prove themselves at each refresh
                clock.instant().plus(issuing.refreshLifetime()));
        String refresh = Clients.randomText(issuing.random());
        return threads.run(() -> {
                    grants.add(grant, Clients.base64(Clients.hash(refresh)));
                    return grant;
                })
                .map(kept -> token(content(kept, kept.scopes(), key), refresh));
    }

    private Future<JsonObject> byRefresh(TokenRequest asked, Client client, @Nullable String key) throws OAuthError {
        String old = Clients.base64(Clients.hash(asked.required("refresh_token")));
        String scope = asked.parameter("scope");
        String fresh = Clients.randomText(issuing.random());
        return threads.run(() -> {
                    Grant grant = grants.find(old, clock.instant()).orElse(null);
                    if (grant != null
                            && grant.client()
                                    .equals(client.id())) { // a mistake must not cost the client its token: checked
                        // before it
                        // is taken
                        narrowed(grant, scope);
                        requireKey(grant, key);
                    }
                    return grants.redeem(old, Clients.base64(Clients.hash(fresh)), client.id(), clock.instant());
                })
                .compose(redeemed -> {
                    if (redeemed instanceof Redeemed.Reused reused) {
                        LOG.atWarn()
                                .addKeyValue("client", client.id())
                                .log("refresh token came twice, all tokens of its family end");
                        return ending.grant(reused.grant().id()).compose(done -> Future.failedFuture(badRefresh()));
                    }
                    if (!(redeemed instanceof Redeemed.Rotated rotated)) {
                        return Future.failedFuture(badRefresh());
                    }
                    try {
                        Grant grant = rotated.grant();
                        return Future.succeededFuture(token(content(grant, narrowed(grant, scope), key), fresh));
                    } catch (OAuthError refused) {
                        return Future.failedFuture(refused);
                    }
                });
    }

    /** A refresh may ask for less, never for more (RFC 6749, section 6). */
    private static Set<String> narrowed(Grant grant, @Nullable String asked) throws OAuthError {
        if (asked == null) {
            return grant.scopes();
        }
        Set<String> wanted = new LinkedHashSet<>(List.of(asked.split(" ")));
        if (!grant.scopes().containsAll(wanted)) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_SCOPE_CODE, "a scope was not granted by the user");
        }
        return wanted;
    }

    private static void requireKey(Grant grant, @Nullable String key) throws OAuthError {
        if (grant.keyThumbprint() != null && !grant.keyThumbprint().equals(key)) {
            throw OAuthError.badRequest("invalid_dpop_proof", "the refresh token is bound to another key");
        }
    }

    private static AccessTokens.Content content(Grant grant, Set<String> scopes, @Nullable String key) {
        return new AccessTokens.Content(grant.subject(), grant.client(), scopes, grant.id(), key);
    }

    private JsonObject token(AccessTokens.Content content, @Nullable String refresh) {
        JsonObject answer = new JsonObject()
                .put("access_token", issuing.tokens().issue(issuing.issuer().get(), content))
                .put("token_type", content.keyThumbprint() == null ? "Bearer" : "DPoP")
                .put("expires_in", issuing.tokens().lifetime().toSeconds());
        if (refresh != null) {
            answer.put("refresh_token", refresh);
        }
        if (!content.scopes().isEmpty()) {
            answer.put("scope", String.join(" ", content.scopes()));
        }
        return answer;
    }

    private static OAuthError badCode() {
        return OAuthError.badRequest(
                OAuth2Error.INVALID_GRANT_CODE,
                "the code is unknown, expired or used, or client, redirect_uri, code_verifier or key is another");
    }

    private static OAuthError badRefresh() {
        return OAuthError.badRequest(
                OAuth2Error.INVALID_GRANT_CODE, "the refresh token is unknown, expired, used or revoked");
    }
}
