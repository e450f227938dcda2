package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token request, parsed (RFC 6749, sections 2.3 and 3.2).
 *
 * @param parameters the form; parameters without a value are left out, as if they had not been sent
 * @param clientId who says it is asking
 * @param clientSecret its proof; {@code toString()} does not show it
 * @param basic whether the client came by HTTP Basic, which decides the status of a refusal
 */
record TokenRequest(Map<String, String> parameters, String clientId, String clientSecret, boolean basic) {

    static final String FORM = "application/x-www-form-urlencoded";

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
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        if (id == null || secret == null) {
            throw OAuthError.of(
                    401,
                    OAuth2Error.INVALID_CLIENT_CODE,
                    "the client must come by HTTP Basic, or with client_id and client_secret");
        }
        return new TokenRequest(form, id, secret, false);
    }

    private static TokenRequest byBasic(Map<String, String> form, String authorization) throws OAuthError {
        if (form.containsKey("client_secret") || form.containsKey("client_assertion")) {
            throw OAuthError.badRequest(
                    OAuth2Error.INVALID_REQUEST_CODE,
                    "the client must come in one way, not by HTTP Basic and in the form");
        }
        ClientSecretBasic credentials = credentials(authorization);
        String id = credentials.getClientID().getValue();
        if (!id.equals(form.getOrDefault("client_id", id))) {
            throw OAuthError.badRequest(
                    OAuth2Error.INVALID_REQUEST_CODE, "client_id differs from the client of the Authorization header");
        }
        return new TokenRequest(form, id, credentials.getClientSecret().getValue(), true);
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

    private static Map<String, String> form(String body) throws OAuthError {
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
