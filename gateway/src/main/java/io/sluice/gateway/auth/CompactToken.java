package io.sluice.gateway.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A JWS in compact serialization, taken apart but not verified: exactly three segments of base64url without padding, and JSON without repeated
 * member names at any depth (RFC 7515, sections 3.1 and 4; RFC 7519, section 4 lets us refuse what others read as "the last one wins").
 *
 * @param header the protected header
 * @param claims the payload
 * @param signingInput what the signature is over
 * @param signature the signature
 */
record CompactToken(JWSHeader header, Map<String, Object> claims, byte[] signingInput, Base64URL signature) {

    private static final ObjectReader STRICT_JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .readerFor(new TypeReference<Map<String, Object>>() {});

    private static final List<String> SEGMENTS = List.of("header", "payload", "signature");

    static CompactToken parse(String token) throws RefusedToken {
        if (token.isEmpty() || token.length() > BearerToken.MAX_LENGTH) {
            throw new RefusedToken("the token is empty or longer than " + BearerToken.MAX_LENGTH + " characters");
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != SEGMENTS.size()) {
            throw new RefusedToken("the token is not a JWS in compact form: it must have three segments");
        }
        for (int i = 0; i < parts.length; i++) {
            requireBase64Url(parts[i], SEGMENTS.get(i));
        }
        Map<String, Object> claims = json(parts[1], "payload");
        byte[] signingInput = token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        return new CompactToken(header(parts[0]), claims, signingInput, new Base64URL(parts[2]));
    }

    private static JWSHeader header(String segment) throws RefusedToken {
        Map<String, Object> members = json(segment, "header");
        if (members.containsKey("crit") || members.containsKey("b64")) {
            throw new RefusedToken("the header demands an extension that is not supported (crit or b64)");
        }
        if (!(members.get("alg") instanceof String) || members.containsKey("enc")) {
            throw new RefusedToken("the token is not a JWS: its header must have alg, and no enc");
        }
        // These could bring in keys or fetch them. They are not even parsed: only the kid points at a key, and only at
        // one we already trust.
        members.keySet().removeAll(List.of("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"));
        try {
            return JWSHeader.parse(members);
        } catch (ParseException | IllegalArgumentException broken) {
            throw new RefusedToken("the header of the token is not one of a JWS");
        }
    }

    private static void requireBase64Url(String segment, String name) throws RefusedToken {
        if (segment.isEmpty()) {
            throw new RefusedToken("the " + name + " of the token is empty");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            boolean letterOrDigit = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!letterOrDigit && c != '-' && c != '_') {
                throw new RefusedToken("the " + name + " of the token is not base64url without padding");
            }
        }
    }

    private static Map<String, Object> json(String segment, String name) throws RefusedToken {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Map<String, Object> members = STRICT_JSON.readValue(text);
            if (members != null) {
                return members;
            }
        } catch (IllegalArgumentException | CharacterCodingException | JsonProcessingException broken) {
            throw new RefusedToken("the " + name + " of the token is not a JSON object with unique names");
        }
        throw new RefusedToken("the " + name + " of the token is not a JSON object");
    }
}
