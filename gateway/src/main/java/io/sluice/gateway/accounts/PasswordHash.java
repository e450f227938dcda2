package io.sluice.gateway.accounts;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2 with HMAC-SHA-512 of the Java platform, 16 bytes of salt, written as {@code pbkdf2-sha512$iterations$salt$hash}. The iterations stand in the text, so
 * that a later version can raise them for new passwords. Thread-safe.
 */
public final class PasswordHash {

    /** What OWASP's cheat sheet on password storage asks for. */
    public static final int ITERATIONS = 210_000;

    private static final String NAME = "pbkdf2-sha512";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private final SecureRandom random;
    private final int iterations;
    private final String nobody;

    /** @param iterations of new hashes; {@link #ITERATIONS} in production */
    public PasswordHash(SecureRandom random, int iterations) {
        this.random = random;
        this.iterations = iterations;
        byte[] noHash = new byte[HASH_BITS / 8];
        random.nextBytes(noHash);
        this.nobody = NAME + "$" + iterations + "$" + text(new byte[SALT_BYTES]) + "$" + text(noHash);
    }

    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return NAME + "$" + iterations + "$" + text(salt) + "$" + text(derive(password, salt, iterations));
    }

    /** A hash that no password has, to compare with when there is no user. */
    String ofNobody() {
        return nobody;
    }

    boolean matches(String password, String hash) {
        String[] parts = hash.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(NAME)) {
            throw new IllegalStateException("a password hash in the database is of a kind that is not known here");
        }
        byte[] expected = Base64.getUrlDecoder().decode(parts[3]);
        byte[] salt = Base64.getUrlDecoder().decode(parts[2]);
        return MessageDigest.isEqual(expected, derive(password, salt, Integer.parseInt(parts[1])));
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA512", impossible);
        } finally {
            spec.clearPassword();
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
