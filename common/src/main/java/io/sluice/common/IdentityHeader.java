package io.sluice.common;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who a call is made for, as the gateway tells the services behind it: a compact JWS (RFC 7515, {@code HS256}) over the claims of the caller, in the header
 * {@link #NAME}. The access token itself stays at the gateway. Both sides hold the same secret. Thread-safe.
 *
 * <ol>
 *   <li>The header is valid for seconds: {@code exp} is required, and one further away than {@link #MAX_LIFETIME} is refused.
 *   <li>Only {@code HS256} and audience {@link #AUDIENCE} are accepted; an access token, however signed, is no identity.
 * </ol>
 */
public final class IdentityHeader {

    /** Name of the request header. */
    public static final String NAME = "X-Sluice-Identity";

    /** Claim {@code aud}. */
    public static final String AUDIENCE = "sluice-upstream";

    /** The longest an identity may be valid. */
    public static final Duration MAX_LIFETIME = Duration.ofMinutes(2);

    private static final String ALGORITHM = "HmacSHA256";
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"sluice-identity+jwt\"}");
    private static final int MAX_LENGTH = 8192;

    private final SecretKeySpec key;
    private final Clock clock;

    /** @param secret at least 32 characters, shared by gateway and services */
    public IdentityHeader(Secret secret, Clock clock) {
        if (secret.value().length() < 32) {
            throw new IllegalArgumentException("must have at least 32 characters");
        }
        this.key = new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.clock = clock;
    }

    /** The value of the header for a caller with these claims; {@code aud}, {@code iat} and {@code exp} are set here. */
    public String sign(Map<String, Object> claims, Duration lifetime) {
        long now = clock.instant().getEpochSecond();
        JsonObject payload = new JsonObject();
        claims.forEach(payload::put);
        payload.put("aud", AUDIENCE).put("iat", now).put("exp", now + lifetime.toSeconds());
        String signed = HEADER + "." + encode(payload.encode());
        return signed + "." + encode(mac(signed));
    }

    /**
     * The claims in a header.
     *
     * @throws IllegalArgumentException saying why it is not accepted, without its text
     */
    public Map<String, Object> verify(String header) {
        String[] parts = header.length() > MAX_LENGTH ? new String[0] : header.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(HEADER)) {
            throw new IllegalArgumentException("is not a signed identity");
        }
        if (!MessageDigest.isEqual(mac(parts[0] + "." + parts[1]), decode(parts[2]))) {
            throw new IllegalArgumentException("is not signed with the secret of this service");
        }
        JsonObject payload = parse(decode(parts[1]));
        long now = clock.instant().getEpochSecond();
        if (!(payload.getValue("exp") instanceof Number expiry) || expiry.longValue() <= now) {
            throw new IllegalArgumentException("is expired");
        }
        if (expiry.longValue() > now + MAX_LIFETIME.toSeconds()) {
            throw new IllegalArgumentException("is valid for longer than " + MAX_LIFETIME.toSeconds() + "s");
        }
        if (!AUDIENCE.equals(payload.getValue("aud"))) {
            throw new IllegalArgumentException("is not meant for a service behind the gateway");
        }
        return payload.getMap();
    }

    private static JsonObject parse(byte[] payload) {
        try {
            return new JsonObject(new String(payload, StandardCharsets.UTF_8));
        } catch (DecodeException malformed) {
            throw new IllegalArgumentException("has no claims", malformed);
        }
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException unexpected) {
            throw new IllegalStateException("every Java has " + ALGORITHM, unexpected);
        }
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("is not base64url", malformed);
        }
    }
}
