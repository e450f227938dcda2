package io.sluice.gateway.auth;

import java.util.Map;
import java.util.Set;

/**
 * Who a good token speaks for.
 *
 * @param issuer the issuer of the token
 * @param subject claim {@code sub}
 * @param clientId claim {@code client_id}, or empty where a compatible issuer sends none
 * @param scopes claim {@code scope}, split at blanks
 * @param claims all claims
 */
public record Principal(
        String issuer, String subject, String clientId, Set<String> scopes, Map<String, Object> claims) {}
