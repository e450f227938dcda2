package io.sluice.gateway.auth;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a request brought that may say who sends it; every list holds every value that came. Its {@code toString()} shows nothing of it.
 *
 * @param authorization header {@code Authorization}
 * @param subprotocols header {@code Sec-WebSocket-Protocol}; none where it is no carrier
 * @param proofs header {@code DPoP}
 * @param apiKeys header {@value #API_KEY_HEADER}
 * @param tickets query parameter {@value #TICKET}
 * @param queryTokens query parameter {@code access_token}
 * @param method of the request
 * @param addresses under which the resource may have been asked for, without query
 * @param certificate base64url of the SHA-256 of the client's certificate, or null without one
 * @param remoteHost address of the client, without port
 * @param proven to be run when the request is let in
 */
public record Credentials(
        List<String> authorization,
        List<String> subprotocols,
        List<String> proofs,
        List<String> apiKeys,
        List<String> tickets,
        List<String> queryTokens,
        String method,
        List<URI> addresses,
        @Nullable String certificate,
        String remoteHost,
        Runnable proven) {

    /** The header that carries an API key. */
    public static final String API_KEY_HEADER = "X-API-Key";

    /** The query parameter that carries a one-time ticket. */
    public static final String TICKET = "ticket";

    /** A token that came on an open socket: its bad ones count for that socket alone, and it can have no proof. */
    public static Credentials inBand(String token, String socket) {
        return new Credentials(
                List.of("Bearer " + token),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "GET",
                List.of(),
                null,
                "socket " + socket,
                () -> {});
    }

    /** The same without subprotocols, for requests that open no WebSocket. */
    public Credentials withoutSubprotocols() {
        return new Credentials(
                authorization,
                List.of(),
                proofs,
                apiKeys,
                tickets,
                queryTokens,
                method,
                addresses,
                certificate,
                remoteHost,
                proven);
    }

    @Override
    public String toString() {
        return "Credentials[" + remoteHost + "]";
    }
}
