package io.sluice.dataservice.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads cursors: the key of a row as text that only this service can have written (HMAC-SHA-256, 128 bits), for one query only. Thread-safe.
 */
public final class Cursors {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_BYTES = 16;
    private static final int MAX_LENGTH = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecretKeySpec key;

    /** @param key at least 32 secret bytes */
    public Cursors(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * The cursor behind a row.
     *
     * @param query what the cursor is for: path, parameters, filters and order
     * @param order the columns of the order
     * @param values their values in the row
     */
    public String write(String query, List<SortKey> order, List<Object> values) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            texts.add(order.get(i).column().type().write(values.get(i)));
        }
        try {
            byte[] payload = JSON.writeValueAsBytes(texts);
            byte[] mac = mac(query, payload);
            byte[] whole = Arrays.copyOf(mac, MAC_BYTES + payload.length);
            System.arraycopy(payload, 0, whole, MAC_BYTES, payload.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (JsonProcessingException unexpected) {
            throw new IllegalStateException("a list of texts is no JSON", unexpected);
        }
    }

    /**
     * The values in a cursor.
     *
     * @throws IllegalArgumentException if this service did not write it for this query
     */
    public List<Object> read(String query, List<SortKey> order, String cursor) {
        byte[] whole = decode(cursor);
        byte[] payload = Arrays.copyOfRange(whole, Math.min(MAC_BYTES, whole.length), whole.length);
        byte[] given = Arrays.copyOf(whole, MAC_BYTES);
        if (!MessageDigest.isEqual(given, Arrays.copyOf(mac(query, payload), MAC_BYTES))) {
            throw new IllegalArgumentException("was not made by this service for this query");
        }
        try {
            String[] texts = JSON.readValue(payload, String[].class);
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                values.add(order.get(i).column().type().parse(texts[i]));
            }
            return values;
        } catch (IOException unexpected) {
            throw new IllegalStateException("a cursor of ours is no JSON", unexpected);
        }
    }

    private static byte[] decode(String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("is longer than any cursor of this service");
        }
        return Base64.getUrlDecoder().decode(cursor);
    }

    private byte[] mac(String query, byte[] payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(query.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException unexpected) {
            throw new IllegalStateException("every Java has " + ALGORITHM, unexpected);
        }
    }
}
