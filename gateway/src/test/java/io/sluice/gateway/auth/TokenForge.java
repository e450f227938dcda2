package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens from raw JSON text with the JDK's own signatures, so that it can make every wrong one as well. */
public final class TokenForge {

    public static final String ISSUER = "https://issuer.example";
    public static final String AUDIENCE = "sluice";

    public final RSAKey rsa;
    public final ECKey ec;

    public TokenForge() {
        try {
            rsa = new RSAKeyGenerator(2048)
                    .keyID("rsa-1")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
            ec = new ECKeyGenerator(Curve.P_256)
                    .keyID("ec-1")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** All claims of RFC 9068, good for five minutes from {@code now}. */
    public static JsonObject claims(Instant now) {
        return new JsonObject()
                .put("iss", ISSUER)
                .put("sub", "alice")
                .put("aud", AUDIENCE)
                .put("client_id", "app")
                .put("scope", "orders:read orders:write")
                .put("jti", "f3b0")
                .put("iat", now.getEpochSecond())
                .put("exp", now.getEpochSecond() + 300);
    }

    public static JsonObject header(String algorithm, String keyId) {
        return new JsonObject().put("alg", algorithm).put("typ", "at+jwt").put("kid", keyId);
    }

    public JsonObject rsaHeader() {
        return header("RS256", "rsa-1");
    }

    public String good(Instant now) {
        return rs256(rsaHeader(), claims(now));
    }

    public String good(Instant now, String issuer) {
        return rs256(rsaHeader(), claims(now).put("iss", issuer));
    }

    public String rs256(JsonObject header, JsonObject claims) {
        return rs256(header.encode(), claims.encode());
    }

    public String rs256(String header, String claims) {
        return rs256(header, claims, rsa);
    }

    public static String rs256(String header, String claims, RSAKey key) {
        try {
            return signed(header, claims, "SHA256withRSA", key.toPrivateKey());
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Signed by Nimbus, as the JDK wants its PSS parameters spelled out. */
    public String ps256(JsonObject claims) {
        try {
            JWSHeader header = JWSHeader.parse(header("PS256", "rsa-1").getMap());
            JWSObject token = new JWSObject(header, new Payload(claims.encode()));
            token.sign(new RSASSASigner(rsa));
            return token.serialize();
        } catch (JOSEException | ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public String es256(JsonObject header, JsonObject claims) {
        try {
            return signed(header.encode(), claims.encode(), "SHA256withECDSAinP1363Format", ec.toPrivateKey());
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static String hs256(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String input = base64(header) + "." + base64(claims);
            return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static String unsigned(String algorithm, JsonObject claims) {
        return base64(header(algorithm, "rsa-1").encode()) + "." + base64(claims.encode()) + ".";
    }

    /** The general JSON serialization (RFC 7515, section 7.2.1) of a compact token. */
    public static String asJson(String compact) {
        String[] parts = compact.split("\\.");
        return new JsonObject()
                .put("payload", parts[1])
                .put(
                        "signatures",
                        new JsonArray()
                                .add(new JsonObject().put("protected", parts[0]).put("signature", parts[2])))
                .encode();
    }

    public static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String signed(String header, String claims, String algorithm, PrivateKey key) {
        try {
            String input = base64(header) + "." + base64(claims);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
