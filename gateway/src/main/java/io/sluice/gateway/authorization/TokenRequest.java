package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client, parsed (RFC 6749, sections 2.3 and 3.2): to the token endpoint, or to one that takes clients the same way.
 *
 * @param parameters the form; parameters without a value are left out, as if they had not been sent
 * @param clientId who says it is asking
 * @param credentials its proof
 */
record TokenRequest(Map<String, String> parameters, String clientId, Credentials credentials) {

    static final String FORM = "application/x-www-form-urlencoded";

    /** How a client proves who it is. No {@code toString()} shows a secret. */
    sealed interface Credentials {
        /** HTTP Basic ({@code client_secret_basic}) or the form ({@code client_secret_post}). */
        record SharedSecret(String secret, boolean basic) implements Credentials {
            @Override
            public String toString() {
                return "SharedSecret[basic=" + basic + "]";
            }
        }

        /** A statement signed by the client ({@code private_key_jwt}, RFC 7523). */
        record Assertion(PrivateKeyJWT jwt) implements Credentials {
            @Override
            public String toString() {
                return "Assertion";
            }
        }

        /** None, which public clients may. */
        record None() implements Credentials {}
    }

    /**
     * Parses.
     *
     * @param contentType the header, or null
     * @param authorization every value of the header {@code Authorization}
     * @param body the form
     */
    static TokenRequest parse(@Nullable String contentType, List<String> authorization, String body) throws OAuthError {
        if (contentType == null || !mediaType(contentType).equals(FORM)) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "the content type must be " + FORM);
        }
        Map<String, String> form = form(body);
        if (authorization.size() > 1) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "more than one Authorization header");
        }
        return authorization.isEmpty() ? byForm(form) : byBasic(form, authorization.get(0));
    }

    private static TokenRequest byForm(Map<String, String> form) throws OAuthError {
        if (form.containsKey("client_assertion")) {
            return byAssertion(form);
        }
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        if (id == null) {
            throw OAuthError.of(
                    401,
                    OAuth2Error.INVALID_CLIENT_CODE,
                    "the client must come by HTTP Basic, or with client_id and client_secret");
        }
        return new TokenRequest(
                form, id, secret == null ? new Credentials.None() : new Credentials.SharedSecret(secret, false));
    }

    private static TokenRequest byAssertion(Map<String, String> form) throws OAuthError {
        if (form.containsKey("client_secret")) {
            throw twoWays();
        }
        Map<String, List<String>> parameters = new HashMap<>();
        form.forEach((name, value) -> parameters.put(name, List.of(value)));
        try {
            PrivateKeyJWT jwt = PrivateKeyJWT.parse(parameters);
            return new TokenRequest(form, jwt.getClientID().getValue(), new Credentials.Assertion(jwt));
        } catch (ParseException | IllegalArgumentException malformed) {
            throw OAuthError.of(
                    401, OAuth2Error.INVALID_CLIENT_CODE, "client_assertion is not a signed JWT (RFC 7523)");
        }
    }

    private static TokenRequest byBasic(Map<String, String> form, String authorization) throws OAuthError {
        if (form.containsKey("client_secret") || form.containsKey("client_assertion")) {
            throw twoWays();
        }
        ClientSecretBasic credentials = credentials(authorization);
        String id = credentials.getClientID().getValue();
        if (!id.equals(form.getOrDefault("client_id", id))) {
            throw OAuthError.badRequest(
                    OAuth2Error.INVALID_REQUEST_CODE, "client_id differs from the client of the Authorization header");
        }
        return new TokenRequest(
                form,
                id,
                new Credentials.SharedSecret(credentials.getClientSecret().getValue(), true));
    }

    private static OAuthError twoWays() {
        return OAuthError.badRequest(
                OAuth2Error.INVALID_REQUEST_CODE, "the client must come in one way, not by HTTP Basic and in the form");
    }

    /** The parameter, or null. */
    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    /**
     * The parameter.
     *
     * @throws OAuthError {@code invalid_request} when it is not there
     */
    String required(String name) throws OAuthError {
        String value = parameters.get(name);
        if (value == null) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, name + " is missing");
        }
        return value;
    }

    private static ClientSecretBasic credentials(String authorization) throws OAuthError {
        try {
            return ClientSecretBasic.parse(authorization);
        } catch (ParseException | IllegalArgumentException malformed) {
            throw OAuthError.of(
                    401,
                    OAuth2Error.INVALID_CLIENT_CODE,
                    "Authorization must be Basic with the form-encoded client id and secret");
        }
    }

    static Map<String, String> form(String body) throws OAuthError {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!value.isEmpty() && form.put(name, value) != null) {
                throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "a parameter is there twice");
            }
        }
        return form;
    }

    private static String decode(String text) throws OAuthError {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, "the form has a broken percent sequence");
        }
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "TokenRequest[" + clientId + "]";
    }
}
