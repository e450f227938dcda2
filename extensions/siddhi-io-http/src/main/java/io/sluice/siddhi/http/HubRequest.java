package io.sluice.siddhi.http;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a subscriber asks of a hub, W3C WebSub section 5.1, from the form that it posts.
 *
 * @param subscribes false to unsubscribe
 * @param leaseSeconds what it gets: what it asks for, within {@value #LONGEST_LEASE}
 * @param secret for signatures; empty for none
 */
record HubRequest(String callback, String topic, boolean subscribes, long leaseSeconds, String secret) {

    static final long DEFAULT_LEASE = 864_000; // ten days, as the text of W3C WebSub recommends
    static final long LONGEST_LEASE = 31_536_000;

    private static final int LONGEST_SECRET = 199; // "MUST be less than 200 bytes"
    private static final int LONGEST_URL = 2_000;

    /** A request that the hub does not take; the message is for its sender. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Reads a request.
     *
     * @param form body of type {@code application/x-www-form-urlencoded}
     * @param topics what the hub serves
     */
    static HubRequest of(String form, Set<String> topics) throws Refused {
        Map<String, String> fields = fields(form);
        String mode = required(fields, "hub.mode");
        if (!mode.equals("subscribe") && !mode.equals("unsubscribe")) {
            throw new Refused("hub.mode must be subscribe or unsubscribe");
        }
        String topic = required(fields, "hub.topic");
        if (!topics.contains(topic)) {
            throw new Refused("this hub has no such hub.topic");
        }
        String secret = fields.getOrDefault("hub.secret", "");
        if (secret.getBytes(StandardCharsets.UTF_8).length > LONGEST_SECRET) {
            throw new Refused("hub.secret must have less than " + (LONGEST_SECRET + 1) + " bytes");
        }
        return new HubRequest(
                callback(required(fields, "hub.callback")), topic, mode.equals("subscribe"), lease(fields), secret);
    }

    /** What two requests have in common that must be handled one after the other. */
    String key() {
        return callback + " " + topic;
    }

    String mode() {
        return subscribes ? "subscribe" : "unsubscribe";
    }

    /** The callback with query parameters added to its own. */
    String callback(Map<String, String> parameters) {
        StringBuilder url = new StringBuilder(callback);
        char separator = callback.indexOf('?') < 0 ? '?' : '&';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            url.append(separator)
                    .append(parameter.getKey())
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return url.toString();
    }

    /** The event: what the published source gave, names without {@code hub.}. */
    Map<String, Object> event() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("callback", callback);
        event.put("mode", mode());
        event.put("topic", topic);
        event.put("lease_seconds", String.valueOf(leaseSeconds));
        event.put("secret", secret);
        return event;
    }

    /** The event for mappers of text, in the shape that the JSON mapper expects. */
    String json() {
        Map<String, Object> event = event();
        event.put("lease_seconds", leaseSeconds);
        return new JsonObject().put("event", new JsonObject(event)).encode();
    }

    private static String required(Map<String, String> fields, String name) throws Refused {
        String value = fields.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new Refused("the form has no " + name);
        }
        return value;
    }

    private static String callback(String text) throws Refused {
        try {
            URI url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getRawUserInfo() == null && text.length() <= LONGEST_URL) {
                return url.getRawFragment() == null ? text : text.substring(0, text.indexOf('#'));
            }
        } catch (URISyntaxException broken) {
            throw new Refused("hub.callback is no address: " + broken.getReason());
        }
        throw new Refused("hub.callback must be http:// or https:// with a host, without user, in at most "
                + LONGEST_URL + " characters");
    }

    private static long lease(Map<String, String> fields) throws Refused {
        String lease = fields.getOrDefault("hub.lease_seconds", "");
        if (lease.isEmpty()) {
            return DEFAULT_LEASE;
        }
        if (!lease.matches("[1-9]\\d{0,17}")) {
            throw new Refused("hub.lease_seconds must be a whole number above 0");
        }
        return Math.min(LONGEST_LEASE, Long.parseLong(lease));
    }

    private static Map<String, String> fields(String form) throws Refused {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : form.trim().split("&")) {
            String[] parts = pair.split("=", 2);
            try {
                fields.putIfAbsent(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
            } catch (IllegalArgumentException broken) {
                throw new Refused("the body is not of type application/x-www-form-urlencoded");
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
