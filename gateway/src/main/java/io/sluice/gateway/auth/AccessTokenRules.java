package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What header and claims of an access token must look like, whoever signed it: RFC 9068, sections 2 and 4; RFC 7519, section 4.1; RFC 8725,
 * sections 3.1 and 3.11.
 */
final class AccessTokenRules {

    /** Year 9999; what is later overflows somewhere and is surely a mistake. */
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L);

    private final TrustedIssuer issuer;

    AccessTokenRules(TrustedIssuer issuer) {
        this.issuer = issuer;
    }

    /** Checked before a key is looked for. */
    void checkHeader(JWSHeader header) throws RefusedToken {
        if (!issuer.algorithms().contains(header.getAlgorithm().getName())) {
            throw new RefusedToken("the algorithm of the token is not allowed for its issuer");
        }
        JOSEObjectType type = header.getType();
        String name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        boolean accessToken = name.equals("at+jwt") || name.equals("application/at+jwt");
        boolean tolerated = issuer.acceptTypJwt() && (name.isEmpty() || name.equals("jwt"));
        if (!accessToken && !tolerated) {
            throw new RefusedToken("the typ of the token must be at+jwt");
        }
    }

    /** Checked after the signature. */
    TokenVerdict.Active check(Map<String, Object> claims, Instant now) throws RefusedToken {
        Instant expiresAt = instant(claims, "exp");
        if (!now.isBefore(expiresAt)) {
            throw new RefusedToken("the token is expired");
        }
        if (claims.containsKey("nbf") && instant(claims, "nbf").isAfter(now.plus(issuer.clockSkew()))) {
            throw new RefusedToken("the token is not valid yet");
        }
        instant(claims, "iat");
        if (Collections.disjoint(strings(claims, "aud"), issuer.audience())) {
            throw new RefusedToken("the token is for another audience");
        }
        if (!issuer.acceptTypJwt()) {
            text(claims, "jti");
        }
        Principal principal = new Principal(
                text(claims, "iss"),
                text(claims, "sub"),
                clientId(claims),
                scopes(claims),
                Collections.unmodifiableMap(claims));
        return new TokenVerdict.Active(principal, expiresAt);
    }

    private String clientId(Map<String, Object> claims) throws RefusedToken {
        if (!issuer.acceptTypJwt() || claims.containsKey("client_id")) {
            return text(claims, "client_id");
        }
        return claims.get("azp") instanceof String party ? party : "";
    }

    private static Set<String> scopes(Map<String, Object> claims) throws RefusedToken {
        Object scope = claims.get("scope");
        if (scope == null) {
            return Set.of();
        }
        if (!(scope instanceof String list)) {
            throw new RefusedToken("the claim scope must be a string");
        }
        Set<String> scopes = new LinkedHashSet<>(List.of(list.split(" ")));
        scopes.remove("");
        return Collections.unmodifiableSet(scopes);
    }

    private static String text(Map<String, Object> claims, String name) throws RefusedToken {
        if (claims.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new RefusedToken("the claim " + name + " must be a string that is not empty");
    }

    private static Collection<String> strings(Map<String, Object> claims, String name) throws RefusedToken {
        Object value = claims.get(name);
        if (value instanceof String one) {
            return List.of(one);
        }
        if (!(value instanceof List<?> many)) {
            throw new RefusedToken("the claim " + name + " must be a string or an array of strings");
        }
        Set<String> strings = new LinkedHashSet<>();
        for (Object element : many) {
            if (!(element instanceof String string)) {
                throw new RefusedToken("the claim " + name + " must be a string or an array of strings");
            }
            strings.add(string);
        }
        return strings;
    }

    /** A NumericDate; a fraction of a second is cut off, so the token ends a little early rather than late. */
    private static Instant instant(Map<String, Object> claims, String name) throws RefusedToken {
        BigDecimal seconds = number(claims.get(name));
        if (seconds == null || seconds.signum() < 0 || seconds.compareTo(MAX_SECONDS) > 0) {
            throw new RefusedToken("the claim " + name + " must be a number of seconds since 1970");
        }
        return Instant.ofEpochSecond(seconds.longValue());
    }

    private static @Nullable BigDecimal number(@Nullable Object value) {
        if (value instanceof Double real) {
            return real.isNaN() || real.isInfinite() ? null : BigDecimal.valueOf(real);
        }
        return value instanceof Number whole ? new BigDecimal(whole.toString()) : null;
    }
}
