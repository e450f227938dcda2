package io.sluice.siddhi.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users of a source and the check of RFC 7617. Takes the same time whether the user is unknown or the password wrong. Thread-safe.
 */
final class BasicAuth {

    static final String CHALLENGE = "Basic realm=\"sluice\", charset=\"UTF-8\"";

    private static final byte[] NOBODY = new byte[32];

    private final Map<String, byte[]> passwords = new LinkedHashMap<>();

    /** @param users name to password */
    BasicAuth(Map<String, String> users) {
        users.forEach((user, password) -> passwords.put(user, digest(password)));
    }

    /** Whether the value of an {@code Authorization} header names a user with the right password. */
    boolean admits(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        String pair;
        try {
            pair = new String(
                    Base64.getDecoder().decode(authorization.substring(6).trim()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return false;
        }
        byte[] expected = passwords.get(pair.substring(0, colon));
        byte[] given = digest(pair.substring(colon + 1));
        return MessageDigest.isEqual(expected == null ? NOBODY : expected, given) && expected != null;
    }

    private static byte[] digest(String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
