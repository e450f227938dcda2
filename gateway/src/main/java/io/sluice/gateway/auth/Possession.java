package io.sluice.gateway.auth;

import io.sluice.gateway.auth.BearerToken.Carrier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether who sends a token may: a token that is bound to a key needs a DPoP proof (RFC 9449, section 7), one that is bound to a certificate the certificate (RFC 8705,
 * section 3), and one that is bound in a way not known here is refused. A token without binding needs nothing, but may not come as DPoP. Thread-safe.
 */
public final class Possession {

    private final DpopProofs proofs;

    /** @param clock tells how long proofs must be remembered */
    public Possession(Clock clock) {
        this.proofs = new DpopProofs(clock);
    }

    /** The verdict, or a harder one. */
    public TokenVerdict check(TokenVerdict.Active active, String token, Carrier carrier, Credentials credentials) {
        Object binding = active.principal().claims().get("cnf");
        if (binding == null) {
            return carrier == Carrier.DPOP
                    ? new TokenVerdict.Inactive("the token is not bound to a key: send it as Bearer")
                    : active;
        }
        if (!(binding instanceof Map<?, ?> methods) || methods.size() != 1) {
            return new TokenVerdict.Inactive("the claim cnf must name one way of proof");
        }
        if (methods.get("jkt") instanceof String thumbprint) {
            return byKey(active, token, thumbprint, carrier, credentials);
        }
        if (methods.get("x5t#S256") instanceof String thumbprint) {
            return same(thumbprint, credentials.certificate())
                    ? active
                    : new TokenVerdict.Inactive(
                            "the token is bound to a client certificate that this connection does not have");
        }
        return new TokenVerdict.Inactive("the token is bound in a way that is not supported here");
    }

    private TokenVerdict byKey(
            TokenVerdict.Active active, String token, String thumbprint, Carrier carrier, Credentials credentials) {
        if (carrier != Carrier.DPOP) {
            return new TokenVerdict.Inactive("the token is bound to a key: send it as DPoP, with a proof");
        }
        try {
            proofs.resourceRequest(
                    credentials.proofs(), credentials.method(), credentials.addresses(), token, thumbprint);
            return active;
        } catch (DpopProofs.RefusedProof refused) {
            return refused.busy()
                    ? new TokenVerdict.Unavailable(refused.reason(), Duration.ofSeconds(5))
                    : new TokenVerdict.Inactive(refused.reason());
        }
    }

    private static boolean same(String expected, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
    }
}
