package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;

/** Signs for the gateway, with a key that is published in its JWK set. May be called from any event loop at the same time. */
public interface IdentityIssuer {

    /** The header {@code typ} of statements of who calls, which no access token has. */
    JOSEObjectType STATEMENT = new JOSEObjectType("sluice-identity+jwt");

    /** The claim {@code iss}: the address of the gateway. */
    String issuer();

    /**
     * A compact JWS.
     *
     * @param type its header {@code typ}
     */
    String sign(JOSEObjectType type, JWTClaimsSet claims);
}
