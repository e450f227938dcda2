package io.sluice.gateway.rest;

import io.sluice.gateway.api.IdentityHeader;
import io.sluice.gateway.api.RestApi;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which header lines pass, in both directions.
 *
 * <ol>
 *   <li>Hop-by-hop fields and those that {@code Connection} names never pass (RFC 9110, section 7.6.1); the framing of each side is its own.
 *   <li>{@code Authorization} passes only with {@code forward-token}.
 *   <li>Fields by which an upstream learns who calls, from where and for what path are the gateway's own: what the client sends under these names is
 *       thrown away, also when it is written with {@code _} for {@code -}, which some servers read as the same name. With {@code trust-forwarded} the
 *       client's {@code Forwarded} and {@code X-Forwarded-*} are kept and extended.
 *   <li>Fields that override the method never pass: scopes were checked for the method of the request line.
 * </ol>
 */
final class HeaderRules {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private static final Set<String> NEVER_TO_UPSTREAM = Set.of(
            "host",
            "content-length",
            "expect",
            "x-request-id",
            "client-cert",
            "x-sluice-identity",
            "x-real-ip",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override");

    private static final Set<String> FORWARDED =
            Set.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

    private static final String ANY_FORWARDED = "x-forwarded-";
    private static final String WEB_SOCKET = "sec-websocket-";
    private static final String CORS = "access-control-";

    private final boolean apiKeys;
    private final boolean forwardToken;
    private final boolean trustForwarded;
    private final boolean ownCors;
    private final @Nullable String identity;

    HeaderRules(RestApi api) {
        this.apiKeys = api.apiKeys();
        this.forwardToken = api.forwardToken();
        this.trustForwarded = api.trustForwarded();
        this.ownCors = api.cors() != null;
        IdentityHeader header = api.identityHeader();
        this.identity = header == null ? null : header.name().toLowerCase(Locale.ROOT);
    }

    /** Whether every name is a token and no value could be read as two lines; most HTTP parsers refuse the others themselves, ours not all of them. */
    static boolean isClean(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            if (!isToken(header.getKey()) || !isFieldValue(header.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** RFC 9110, section 5.6.2. */
    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /**
     * What the upstream gets, apart from the framing.
     *
     * @param host the Host header of the client, empty if it sent none
     */
    void toUpstream(HttpServerRequest from, String host, String requestId, MultiMap to) {
        Set<String> named = named(from.headers());
        for (Map.Entry<String, String> header : from.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!named.contains(name) && passesToUpstream(name.replace('_', '-'))) {
                to.add(header.getKey(), header.getValue());
            }
        }
        to.add("Via", "1.1 sluice");
        to.set("X-Request-Id", requestId);
        addForwarded(from, host, to);
    }

    /** What the client gets, apart from the framing. */
    void toClient(MultiMap from, PathRule paths, MultiMap to) {
        Set<String> named = named(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (named.contains(name) || !passesToClient(name)) {
                continue;
            }
            boolean address = name.equals("location") || name.equals("content-location");
            to.add(header.getKey(), address ? paths.toClient(header.getValue()) : header.getValue());
        }
    }

    /** Trailers that may pass: no framing, nothing hop-by-hop. */
    void trailersToClient(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> trailer : from) {
            if (passesToClient(trailer.getKey().toLowerCase(Locale.ROOT))) {
                to.add(trailer.getKey(), trailer.getValue());
            }
        }
    }

    private boolean passesToUpstream(String name) {
        if (HOP_BY_HOP.contains(name) || NEVER_TO_UPSTREAM.contains(name) || name.startsWith(WEB_SOCKET)) {
            return false;
        }
        if (name.equals("dpop") || apiKeys && name.equals("x-api-key")) {
            return false;
        }
        if (name.equals("authorization")) {
            return forwardToken;
        }
        if (name.equals("forwarded") || name.startsWith(ANY_FORWARDED)) {
            return trustForwarded && FORWARDED.contains(name);
        }
        return !name.equals(identity);
    }

    private boolean passesToClient(String name) {
        return !HOP_BY_HOP.contains(name)
                && !name.equals("content-length")
                && !name.equals("x-request-id")
                && !(ownCors && name.startsWith(CORS));
    }

    /** RFC 7239, and the older fields that more servers read. */
    private void addForwarded(HttpServerRequest from, String host, MultiMap to) {
        String address =
                from.remoteAddress() == null ? null : from.remoteAddress().hostAddress();
        String client = address == null ? "unknown" : address;
        String proto = from.isSSL() ? "https" : "http";
        String node = client.contains(":") ? "\"[" + client + "]\"" : client;
        String element = "for=" + node + ";proto=" + proto + (host.isEmpty() ? "" : ";host=\"" + host + "\"");
        extend(to, "Forwarded", element);
        extend(to, "X-Forwarded-For", client);
        if (!to.contains("X-Forwarded-Proto")) {
            to.set("X-Forwarded-Proto", proto);
        }
        if (!host.isEmpty() && !to.contains("X-Forwarded-Host")) {
            to.set("X-Forwarded-Host", host);
        }
    }

    private static void extend(MultiMap headers, String name, String element) {
        List<String> before = headers.getAll(name);
        headers.set(name, before.isEmpty() ? element : String.join(", ", before) + ", " + element);
    }

    private static Set<String> named(MultiMap headers) {
        List<String> lines = headers.getAll("Connection");
        if (lines.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
