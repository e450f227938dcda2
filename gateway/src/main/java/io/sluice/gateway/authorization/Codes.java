package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authorization codes: 256 random bits, good once and for {@link #LIFETIME}. In memory, since a restart costs a user one click; at most {@value #MAX}. A used code is
 * remembered until it would have expired, so that its second use ends the tokens of the first (RFC 6749, section 4.1.2). Thread-safe.
 */
final class Codes {

    static final Duration LIFETIME = Duration.ofSeconds(60);
    static final int MAX = 10_000;

    /**
     * What the user allowed.
     *
     * @param redirectUriSent as the client sent it, or null if it did not
     * @param challenge S256 challenge of PKCE
     * @param grantId of the grant that will come of it
     * @param keyThumbprint the key the client announced by {@code dpop_jkt}, or null
     */
    record Approval(
            String client,
            @Nullable String redirectUriSent,
            CodeChallenge challenge,
            String subject,
            Set<String> scopes,
            String grantId,
            @Nullable String keyThumbprint) {

        /** RFC 7636, section 4.6. */
        boolean isVerifiedBy(String verifier) {
            try {
                CodeChallenge computed = CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier));
                return MessageDigest.isEqual(bytes(computed), bytes(challenge));
            } catch (IllegalArgumentException malformed) {
                return false;
            }
        }

        private static byte[] bytes(CodeChallenge challenge) {
            return challenge.getValue().getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** What became of a code. */
    sealed interface Taken {
        /** It was good, and is used now. */
        record First(Approval approval) implements Taken {}

        /** It was used before. */
        record Again(String client, String grantId) implements Taken {}

        /** Unknown or expired. */
        record Unknown() implements Taken {}
    }

    private record Code(Approval approval, Instant until, boolean used) {}

    private final SecureRandom random;
    private final Clock clock;
    private final Map<String, Code> codes = new LinkedHashMap<>(); // by hash, oldest first; guarded by this

    Codes(SecureRandom random, Clock clock) {
        this.random = random;
        this.clock = clock;
    }

    /** A code for it; empty if there are {@value #MAX} already. */
    synchronized Optional<String> make(Approval approval) {
        Instant now = clock.instant();
        Iterator<Code> oldest = codes.values().iterator();
        while (oldest.hasNext() && !now.isBefore(oldest.next().until())) {
            oldest.remove();
        }
        if (codes.size() >= MAX) {
            return Optional.empty();
        }
        String code = Clients.randomText(random);
        codes.put(hash(code), new Code(approval, now.plus(LIFETIME), false));
        return Optional.of(code);
    }

    synchronized Taken take(String code) {
        Code known = codes.get(hash(code));
        if (known == null || !clock.instant().isBefore(known.until())) {
            return new Taken.Unknown();
        }
        if (known.used()) {
            return new Taken.Again(known.approval().client(), known.approval().grantId());
        }
        codes.put(hash(code), new Code(known.approval(), known.until(), true));
        return new Taken.First(known.approval());
    }

    private static String hash(String code) {
        return Clients.base64(Clients.hash(code));
    }
}
