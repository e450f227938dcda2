package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks a user for, checked (RFC 6749, section 4.1.1; RFC 7636; RFC 9700, section 2.1). What is wrong with client or redirect URI is shown to the user; only
 * the rest is told to the client by a redirect.
 *
 * @param redirectUri where the answer goes
 * @param redirectUriSent as the client sent it, or null
 * @param keyThumbprint {@code dpop_jkt} (RFC 9449, section 10), or null
 */
record AuthorizationAsk(
        Client client,
        URI redirectUri,
        @Nullable String redirectUriSent,
        @Nullable State state,
        Set<String> scopes,
        CodeChallenge challenge,
        @Nullable String keyThumbprint) {

    /** What became of a request. */
    sealed interface Parsed {
        /** It may be put before the user. */
        record Good(AuthorizationAsk ask) implements Parsed {}

        /** The client is told. */
        record ToClient(
                URI redirectUri,
                ErrorObject error,
                @Nullable State state) implements Parsed {}

        /** The user is told; nobody is redirected. */
        record ToUser(String problem) implements Parsed {}
    }

    static Parsed parse(Map<String, List<String>> parameters, Clients clients, Scopes scopes) {
        String id = single(parameters, "client_id");
        Client client = id == null ? null : clients.find(id);
        if (client == null) {
            return new Parsed.ToUser("The application is not known here (client_id).");
        }
        String sent = single(parameters, "redirect_uri");
        if (sent == null
                && (parameters.containsKey("redirect_uri")
                        || client.redirectUris().size() != 1)) {
            return new Parsed.ToUser("The application did not say once where to go back to (redirect_uri).");
        }
        String target = sent == null ? client.redirectUris().get(0) : sent;
        if (!client.mayRedirectTo(target)) {
            return new Parsed.ToUser("The application may not go back to this address (redirect_uri).");
        }
        URI redirect = URI.create(target);
        String stateText = single(parameters, "state");
        State state = stateText == null || stateText.isEmpty() ? null : new State(stateText);
        if (parameters.values().stream().anyMatch(values -> values.size() > 1)) { // RFC 6749, section 3.1
            return new Parsed.ToClient(
                    redirect, OAuth2Error.INVALID_REQUEST.setDescription("a parameter is there twice"), state);
        }
        try {
            AuthorizationRequest request = AuthorizationRequest.parse(parameters);
            ErrorObject problem = problem(request, client);
            if (problem != null) {
                return new Parsed.ToClient(redirect, problem, state);
            }
            Set<String> granted = scopes.grant(client, single(parameters, "scope"));
            JWKThumbprintConfirmation key = request.getDPoPJWKThumbprintConfirmation();
            return new Parsed.Good(new AuthorizationAsk(
                    client,
                    redirect,
                    sent,
                    state,
                    granted,
                    request.getCodeChallenge(),
                    key == null ? null : key.getValue().toString()));
        } catch (ParseException malformed) {
            ErrorObject error = malformed.getErrorObject();
            return new Parsed.ToClient(redirect, error == null ? OAuth2Error.INVALID_REQUEST : plain(error), state);
        } catch (OAuthError refused) {
            return new Parsed.ToClient(redirect, new ErrorObject(refused.code(), refused.description()), state);
        }
    }

    private static @Nullable ErrorObject problem(AuthorizationRequest request, Client client) {
        if (request.specifiesRequestObject()) {
            return request.getRequestURI() == null
                    ? OAuth2Error.REQUEST_NOT_SUPPORTED
                    : OAuth2Error.REQUEST_URI_NOT_SUPPORTED;
        }
        if (!client.grants().contains(GrantType.AUTHORIZATION_CODE)) {
            return OAuth2Error.UNAUTHORIZED_CLIENT;
        }
        if (!ResponseType.CODE.equals(request.getResponseType())) {
            return OAuth2Error.UNSUPPORTED_RESPONSE_TYPE;
        }
        if (!ResponseMode.QUERY.equals(request.impliedResponseMode())) {
            return OAuth2Error.INVALID_REQUEST.setDescription("response_mode must be query");
        }
        if (request.getCodeChallenge() == null
                || !CodeChallengeMethod.S256.equals(request.getCodeChallengeMethod())
                || request.getCodeChallenge().getValue().length() != 43) {
            return OAuth2Error.INVALID_REQUEST.setDescription(
                    "code_challenge with code_challenge_method S256 is needed");
        }
        return null;
    }

    /** Without texts of the library, which may quote what was sent. */
    private static ErrorObject plain(ErrorObject error) {
        return new ErrorObject(error.getCode(), "a parameter is missing, malformed or there twice");
    }

    private static @Nullable String single(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.get(name);
        return values != null && values.size() == 1 ? values.get(0) : null;
    }
}
