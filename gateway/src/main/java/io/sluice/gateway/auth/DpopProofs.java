package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.dpop.verifiers.AccessTokenValidationException;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPIssuer;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProofUse;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProtectedResourceRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPTokenRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.InvalidDPoPProofException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.util.singleuse.AlreadyUsedException;
import com.nimbusds.oauth2.sdk.util.singleuse.SingleUseChecker;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks proofs of possession of a key (RFC 9449, section 4.3): form, algorithm, signature by the key in it, {@code htm}, {@code htu}, {@code iat} not older than
 * {@link #MAX_AGE}, {@code ath}, and that {@code jti} was not used before. No server nonces are asked for. Thread-safe; a check costs up to 1 ms of CPU.
 */
public final class DpopProofs {

    /** How old a proof may be. */
    public static final Duration MAX_AGE = Duration.ofSeconds(60);

    /** How much the clock of a client may be ahead. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    /** What {@code dpop_signing_alg_values_supported} says. */
    public static final List<JWSAlgorithm> ALGORITHMS =
            List.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.PS256);

    private static final @Nullable Set<Nonce> NO_NONCES = null;
    private static final int MAX_LENGTH = 8_192;
    private static final int MAX_REMEMBERED = 65_536;

    /** The proof is not accepted; the message is safe to send. */
    public static final class RefusedProof extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean busy;

        RefusedProof(String reason, boolean busy) {
            super(reason, null, false, false); // strangers send these: no stack trace
            this.busy = busy;
        }

        /** The reason. */
        public String reason() {
            return String.valueOf(getMessage());
        }

        /** Whether it could not be judged because too many proofs are remembered; to be tried again with a fresh proof. */
        public boolean busy() {
            return busy;
        }
    }

    /** {@link SingleUseChecker} can only say that something was used. */
    private static final class NoRoom extends AlreadyUsedException {
        private static final long serialVersionUID = 1L;

        NoRoom() {
            super("too many proofs are remembered");
        }
    }

    private final SingleUse used;

    /** @param clock tells how long a {@code jti} must be remembered; {@code iat} is compared with the time of the system */
    public DpopProofs(Clock clock) {
        this.used = new SingleUse(MAX_REMEMBERED, clock);
    }

    /**
     * Checks the proof of a token request.
     *
     * @param headers every value of the header {@code DPoP}; exactly one is right
     * @param endpoint the address of the token endpoint
     * @return the thumbprint of the key (RFC 7638)
     */
    public String tokenRequest(List<String> headers, URI endpoint, String clientId) throws RefusedProof {
        SignedJWT proof = parse(headers);
        DPoPTokenRequestVerifier verifier = new DPoPTokenRequestVerifier(
                Set.copyOf(ALGORITHMS), endpoint, SKEW.toSeconds(), MAX_AGE.toSeconds(), this::use);
        try {
            return verifier.verify(new DPoPIssuer(new ClientID(clientId)), proof, NO_NONCES)
                    .getValue()
                    .toString();
        } catch (InvalidDPoPProofException | JOSEException refused) {
            throw refused(refused);
        }
    }

    /**
     * Checks the proof of a request for a resource.
     *
     * @param headers every value of the header {@code DPoP}
     * @param addresses under which the resource may have been asked for, without query
     * @param token the access token, whose hash the proof must have
     * @param thumbprint of the key that the token is bound to
     */
    public void resourceRequest(
            List<String> headers, String method, List<URI> addresses, String token, String thumbprint)
            throws RefusedProof {
        SignedJWT proof = parse(headers);
        requireKey(proof, thumbprint);
        var verifier = new DPoPProtectedResourceRequestVerifier(
                Set.copyOf(ALGORITHMS), SKEW.toSeconds(), MAX_AGE.toSeconds(), this::use);
        try {
            verifier.verify(
                    method,
                    meant(proof, addresses),
                    new DPoPIssuer(thumbprint),
                    proof,
                    new DPoPAccessToken(token),
                    new JWKThumbprintConfirmation(new Base64URL(thumbprint)),
                    NO_NONCES,
                    null);
        } catch (InvalidDPoPProofException | AccessTokenValidationException | JOSEException refused) {
            throw refused(refused);
        }
    }

    /** Cheap, and before anything is verified: a proof of another key is no work. */
    private static void requireKey(SignedJWT proof, String thumbprint) throws RefusedProof {
        JWK key = proof.getHeader().getJWK();
        try {
            if (key != null && key.computeThumbprint().toString().equals(thumbprint)) {
                return;
            }
        } catch (JOSEException unusable) {
            throw new RefusedProof("the key of the DPoP proof cannot be used", false);
        }
        throw new RefusedProof("the DPoP proof is not of the key that the token is bound to", false);
    }

    /** The one of our addresses that the proof names; the first one if none, which the verifier then refuses. */
    private static URI meant(SignedJWT proof, List<URI> addresses) throws RefusedProof {
        try {
            String named = proof.getJWTClaimsSet().getStringClaim("htu");
            return addresses.stream()
                    .filter(address -> address.toString().equals(named))
                    .findFirst()
                    .orElse(addresses.get(0));
        } catch (ParseException malformed) {
            throw new RefusedProof("the DPoP proof has no htu", false);
        }
    }

    private static SignedJWT parse(List<String> headers) throws RefusedProof {
        if (headers.size() != 1) {
            throw new RefusedProof(
                    headers.isEmpty() ? "the DPoP proof is missing" : "more than one DPoP header", false);
        }
        String text = headers.get(0);
        if (text.length() > MAX_LENGTH) {
            throw new RefusedProof("the DPoP proof is longer than " + MAX_LENGTH + " characters", false);
        }
        try {
            return SignedJWT.parse(text);
        } catch (ParseException | IllegalArgumentException malformed) {
            throw new RefusedProof("the DPoP proof is not a signed JWT", false);
        }
    }

    private void use(DPoPProofUse proof) throws AlreadyUsedException {
        SingleUse.Outcome outcome = used.use(
                proof.getIssuer().getValue(),
                proof.getJWTID().getValue(),
                MAX_AGE.plus(SKEW).plus(SKEW));
        if (outcome == SingleUse.Outcome.FULL) {
            throw new NoRoom();
        }
        if (outcome == SingleUse.Outcome.AGAIN) {
            throw new AlreadyUsedException("the jti was used before");
        }
    }

    private static RefusedProof refused(Exception cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof NoRoom)) {
            root = root.getCause();
        }
        return root instanceof NoRoom
                ? new RefusedProof("too many DPoP proofs are in use, try again with a fresh one", true)
                : new RefusedProof("the DPoP proof is not valid", false);
    }
}
