package io.sluice.gateway.auth;

import static io.sluice.gateway.auth.TokenForge.base64;
import static io.sluice.gateway.auth.TokenForge.claims;
import static io.sluice.gateway.auth.TokenForge.header;
import static io.sluice.gateway.auth.TokenForge.hs256;
import static io.sluice.gateway.auth.TokenForge.unsigned;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.provider.Arguments;

/** Tokens that must be refused, each with the reason it must be refused for: a corpus from RFC 7515, 7519, 8725 and 9068. */
final class HostileTokens {

    private static final String SIGNATURE = "signature of the token does not match";
    private static final String NO_KEY = "has no such key";
    private static final String ALGORITHM = "algorithm of the token is not allowed";
    private static final String TYPE = "typ of the token must be at+jwt";
    private static final String FORM = "compact form";

    private final TokenForge forge;
    private final Instant now;
    private final List<Arguments> corpus = new ArrayList<>();

    private HostileTokens(TokenForge forge, Instant now) {
        this.forge = forge;
        this.now = now;
    }

    static List<Arguments> corpus(TokenForge forge, Instant now) throws JOSEException {
        HostileTokens tokens = new HostileTokens(forge, now);
        tokens.times();
        tokens.parties();
        tokens.requiredClaims();
        tokens.wrongTypes();
        tokens.algorithms();
        tokens.keys();
        tokens.headers();
        tokens.forms();
        return tokens.corpus;
    }

    private void times() {
        claim("expired a second ago", c -> c.put("exp", now.getEpochSecond() - 1), "expired");
        claim("expires now", c -> c.put("exp", now.getEpochSecond()), "expired");
        claim("expires in the fraction of now", c -> c.put("exp", now.getEpochSecond() + 0.9), "expired");
        claim("exp as text", c -> c.put("exp", "" + (now.getEpochSecond() + 300)), "claim exp must be a number");
        claim("exp negative", c -> c.put("exp", -1), "claim exp must be a number");
        claim("exp beyond every calendar", c -> c.put("exp", 1e300), "claim exp must be a number");
        claim("exp null", c -> c.putNull("exp"), "claim exp must be a number");
        claim("exp in milliseconds of a far future", c -> c.put("exp", Long.MAX_VALUE), "claim exp must be a number");
        claim("nbf a minute ahead", c -> c.put("nbf", now.getEpochSecond() + 60), "not valid yet");
        claim("nbf just beyond the skew", c -> c.put("nbf", now.getEpochSecond() + 6), "not valid yet");
        claim("nbf as text", c -> c.put("nbf", "soon"), "claim nbf must be a number");
        claim("iat as text", c -> c.put("iat", "today"), "claim iat must be a number");
    }

    private void parties() {
        claim("wrong audience", c -> c.put("aud", "payments"), "another audience");
        claim(
                "audience array without us",
                c -> c.put("aud", new JsonArray().add("a").add("b")),
                "another audience");
        claim("audience array empty", c -> c.put("aud", new JsonArray()), "another audience");
        claim("audience in another case", c -> c.put("aud", "SLUICE"), "another audience");
        claim("audience an object", c -> c.put("aud", new JsonObject()), "claim aud must be");
        claim(
                "audience array with a number",
                c -> c.put("aud", new JsonArray().add("sluice").add(1)),
                "claim aud must be");
        claim("wrong issuer", c -> c.put("iss", "https://evil.example"), "not of an issuer");
        claim("issuer with a slash more", c -> c.put("iss", TokenForge.ISSUER + "/"), "not of an issuer");
        claim("issuer in another case", c -> c.put("iss", "https://ISSUER.example"), "not of an issuer");
        claim("issuer an array", c -> c.put("iss", new JsonArray().add(TokenForge.ISSUER)), "not of an issuer");
    }

    private void requiredClaims() {
        for (String name : List.of("exp", "aud", "sub", "client_id", "iat", "jti")) {
            claim("no " + name, c -> without(c, name), "claim " + name + " must be");
        }
        claim("no iss", c -> without(c, "iss"), "not of an issuer");
        claim("no claims at all", c -> new JsonObject(), "not of an issuer");
    }

    private void wrongTypes() {
        claim("sub empty", c -> c.put("sub", ""), "claim sub must be");
        claim("sub a number", c -> c.put("sub", 7), "claim sub must be");
        claim("client_id an object", c -> c.put("client_id", new JsonObject()), "claim client_id must be");
        claim("jti a number", c -> c.put("jti", 1), "claim jti must be");
        claim("scope an array", c -> c.put("scope", new JsonArray().add("orders:read")), "claim scope must be");
        String twice = claims(now).encode().replace("\"sub\":\"alice\"", "\"sub\":\"alice\",\"sub\":\"admin\"");
        add("claim twice", forge.rs256(forge.rsaHeader().encode(), twice), "unique names");
        String escaped = claims(now).encode().replace("\"sub\":\"alice\"", "\"sub\":\"alice\",\"\\u0073ub\":\"admin\"");
        add("claim twice, once escaped", forge.rs256(forge.rsaHeader().encode(), escaped), "unique names");
        String nested = claims(now).put("cnf", 0).encode().replace("\"cnf\":0", "\"cnf\":{\"jkt\":1,\"jkt\":2}");
        add("claim twice inside an object", forge.rs256(forge.rsaHeader().encode(), nested), "unique names");
        add("claims an array", forge.rs256(forge.rsaHeader().encode(), "[]"), "JSON object");
        add("claims null", forge.rs256(forge.rsaHeader().encode(), "null"), "JSON object");
        add("claims not JSON", forge.rs256(forge.rsaHeader().encode(), "hello"), "JSON object");
        add(
                "claims with more behind",
                forge.rs256(forge.rsaHeader().encode(), claims(now).encode() + "{}"),
                "JSON object");
        add(
                "claims nested deep",
                forge.rs256(forge.rsaHeader().encode(), "{\"a\":" + "[".repeat(2_000)),
                "JSON object");
        add(
                "claims with a byte order mark",
                forge.rs256(forge.rsaHeader().encode(), "\uFEFF" + claims(now)),
                "JSON object");
    }

    private void algorithms() {
        for (String none : List.of("none", "None", "nOnE", "NONE")) {
            add("alg " + none + " without signature", unsigned(none, claims(now)), "signature of the token is empty");
            String reason = none.equals("none") ? "header of the token" : ALGORITHM;
            add("alg " + none + " with some signature", unsigned(none, claims(now)) + "AAAA", reason);
        }
        byte[] publicKey = publicKeyBytes();
        String hs256 = header("HS256", "rsa-1").encode();
        add("HS256 with the public key as secret", hs256(hs256, claims(now).encode(), publicKey), ALGORITHM);
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
                + "\n-----END PUBLIC KEY-----\n";
        byte[] pemBytes = pem.getBytes(StandardCharsets.US_ASCII);
        add("HS256 with the PEM text as secret", hs256(hs256, claims(now).encode(), pemBytes), ALGORITHM);
        add(
                "HS256 with an empty kid and secret",
                hs256(header("HS256", "").encode(), claims(now).encode(), new byte[1]),
                ALGORITHM);
        add("RS512 is not on the list", forge.rs256(header("RS512", "rsa-1"), claims(now)), ALGORITHM);
        add("rs256 in small letters", forge.rs256(header("rs256", "rsa-1"), claims(now)), ALGORITHM);
        add("ES256 with an RSA signature", forge.rs256(header("ES256", "rsa-1"), claims(now)), SIGNATURE);
        add("ES256 that names the RSA key", forge.es256(header("ES256", "rsa-1"), claims(now)), SIGNATURE);
        add("PS256 header over an RS256 signature", forge.rs256(header("PS256", "rsa-1"), claims(now)), SIGNATURE);
        add("alg missing", forge.rs256(without(forge.rsaHeader(), "alg"), claims(now)), "must have alg");
        add("alg a number", forge.rs256(forge.rsaHeader().put("alg", 256), claims(now)), "must have alg");
        String zeros = base64(header("ES256", "ec-1").encode()) + "."
                + base64(claims(now).encode()) + ".";
        add("ES256 with r and s zero", zeros + base64(new byte[64]), SIGNATURE);
        add("ES256 with a signature of one byte", zeros + base64(new byte[1]), SIGNATURE);
    }

    private void keys() throws JOSEException {
        RSAKey other = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        String header = forge.rsaHeader().encode();
        String claims = claims(now).encode();
        add("wrong key under the right id", TokenForge.rs256(header, claims, other), SIGNATURE);
        add(
                "wrong key without id",
                TokenForge.rs256(without(forge.rsaHeader(), "kid").encode(), claims, other),
                SIGNATURE);
        add("unknown key id", forge.rs256(header("RS256", "rsa-2"), claims(now)), NO_KEY);
        add("key id in another case", forge.rs256(header("RS256", "RSA-1"), claims(now)), NO_KEY);
        add("key id like a path", forge.rs256(header("RS256", "../../etc/passwd"), claims(now)), NO_KEY);
        add("key id like an address", forge.rs256(header("RS256", "http://127.0.0.1/k"), claims(now)), NO_KEY);
        add("key id like SQL", forge.rs256(header("RS256", "' OR '1'='1"), claims(now)), NO_KEY);
        add("key id of 5 kB", forge.rs256(header("RS256", "k".repeat(5_000)), claims(now)), NO_KEY);
        add("key id of 10 kB", forge.rs256(header("RS256", "k".repeat(10_000)), claims(now)), "longer than 8192");
        add("key id a number", forge.rs256(forge.rsaHeader().put("kid", 1), claims(now)), "header of the token");
        JsonObject publicJwk = new JsonObject(other.toPublicJWK().toJSONString());
        JsonObject bare = without(forge.rsaHeader(), "kid");
        add(
                "key of its own in jwk",
                TokenForge.rs256(bare.copy().put("jwk", publicJwk).encode(), claims, other),
                SIGNATURE);
        for (String member : List.of("jku", "x5u")) {
            String own =
                    forge.rsaHeader().put(member, "http://127.0.0.1:1/keys").encode();
            add("key of its own by " + member, TokenForge.rs256(own, claims, other), SIGNATURE);
        }
        String chain = forge.rsaHeader().put("x5c", new JsonArray().add("MIIB")).encode();
        add("key of its own in x5c", TokenForge.rs256(chain, claims, other), SIGNATURE);
        add("claims changed after signing", tampered(1), SIGNATURE);
        add("header changed after signing", tampered(0), SIGNATURE);
        add("signature cut short", forge.good(now).substring(0, forge.good(now).length() - 4), SIGNATURE);
    }

    private void headers() {
        for (String type :
                List.of("JWT", "jwt", "id_token", "at+jwt+x", "application/jwt", "logout+jwt", "dpop+jwt", "")) {
            add("typ '" + type + "'", forge.rs256(forge.rsaHeader().put("typ", type), claims(now)), TYPE);
        }
        add("typ missing", forge.rs256(without(forge.rsaHeader(), "typ"), claims(now)), TYPE);
        add("typ a number", forge.rs256(forge.rsaHeader().put("typ", 1), claims(now)), "header of the token");
        JsonArray unknown = new JsonArray().add("urn:unknown");
        add(
                "crit unknown",
                forge.rs256(forge.rsaHeader().put("crit", unknown).put("urn:unknown", 1), claims(now)),
                "crit");
        add("crit empty", forge.rs256(forge.rsaHeader().put("crit", new JsonArray()), claims(now)), "crit");
        JsonArray b64 = new JsonArray().add("b64");
        add("crit b64", forge.rs256(forge.rsaHeader().put("crit", b64).put("b64", false), claims(now)), "crit");
        add("b64 without crit", forge.rs256(forge.rsaHeader().put("b64", false), claims(now)), "b64");
        String twice = "{\"alg\":\"none\"," + forge.rsaHeader().encode().substring(1);
        add("alg twice", forge.rs256(twice, claims(now).encode()), "unique names");
        add("header not JSON", forge.rs256("RS256", claims(now).encode()), "header of the token");
        add("header an array", forge.rs256("[]", claims(now).encode()), "header of the token");
    }

    private void forms() throws JOSEException {
        String good = forge.good(now);
        add("JSON serialization", TokenForge.asJson(good), FORM);
        add("empty", "", "empty");
        add("one word", "token", FORM);
        add("two segments", good.substring(0, good.lastIndexOf('.')), FORM);
        add("four segments", good + ".AAAA", FORM);
        add("a dot more at the end", good + ".", FORM);
        add("only dots", "..", "header of the token is empty");
        add("blank before", " " + good, "base64url");
        add("newline after", good + "\n", "base64url");
        add("blank inside", good.replaceFirst("\\.", ". "), "base64url");
        add("padding", good + "==", "base64url");
        add("standard alphabet", good.replaceFirst("\\.", "+.").replaceFirst("\\.", "/."), "base64url");
        add("not ASCII", good.replaceFirst("\\.", "\u00e9."), "base64url");
        add("signature empty", good.substring(0, good.lastIndexOf('.') + 1), "signature of the token is empty");
        add("longer than allowed", "a".repeat(4_096) + "." + "b".repeat(4_096) + ".c", "longer than 8192");
        JWEObject encrypted =
                new JWEObject(new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), new Payload(good));
        encrypted.encrypt(new RSAEncrypter(forge.rsa.toRSAPublicKey()));
        add("JWE around a good token", encrypted.serialize(), FORM);
        add(
                "JWE header with three segments",
                forge.rs256(forge.rsaHeader().put("enc", "A128GCM"), claims(now)),
                "not a JWS");
    }

    private void claim(String name, UnaryOperator<JsonObject> change, String reason) {
        add(name, forge.rs256(forge.rsaHeader(), change.apply(claims(now))), reason);
    }

    private void add(String name, String token, String reason) {
        corpus.add(Arguments.of(name, token, reason));
    }

    private String tampered(int segment) {
        String[] parts = forge.good(now).split("\\.");
        parts[segment] = base64(
                segment == 0
                        ? forge.rsaHeader().put("x", 1).encode()
                        : claims(now).put("sub", "admin").encode());
        return String.join(".", parts);
    }

    private byte[] publicKeyBytes() {
        try {
            return forge.rsa.toRSAPublicKey().getEncoded();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonObject without(JsonObject object, String name) {
        object.remove(name);
        return object;
    }
}
