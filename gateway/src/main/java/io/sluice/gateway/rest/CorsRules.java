package io.sluice.gateway.rest;

import io.sluice.common.ProblemException;
import io.sluice.gateway.api.Cors;
import io.vertx.core.MultiMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The CORS protocol of the Fetch standard for one API. Without a setting nothing is added and nothing is answered. */
final class CorsRules {

    private static final String ORIGIN = "Origin";
    private static final String REQUEST_METHOD = "Access-Control-Request-Method";
    private static final String REQUEST_HEADERS = "Access-Control-Request-Headers";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final @Nullable Cors cors;

    CorsRules(@Nullable Cors cors) {
        this.cors = cors;
    }

    /** Whether the gateway sets the CORS headers, so that those of the upstream must go. */
    boolean on() {
        return cors != null;
    }

    /** Whether a browser asks before it sends the real request; answered without looking at tokens, since browsers send none. */
    boolean isPreflight(String method, MultiMap request) {
        return cors != null && method.equals("OPTIONS") && request.contains(ORIGIN) && request.contains(REQUEST_METHOD);
    }

    /** What every answer carries, errors too, so that pages can read them. */
    void mark(MultiMap request, MultiMap response) {
        if (cors == null) {
            return;
        }
        response.add("Vary", ORIGIN);
        String origin = request.get(ORIGIN);
        if (origin != null && cors.allows(origin)) {
            allowOrigin(cors, origin, response);
            if (!cors.expose().isEmpty()) {
                response.set("Access-Control-Expose-Headers", String.join(", ", cors.expose()));
            }
        }
    }

    /**
     * The headers of the answer to a pre-flight.
     *
     * @param allowed methods of the operation, or null where everything below the context may be called
     * @throws ProblemException {@link RestError#ORIGIN_REFUSED} where the origin, method or a header is not allowed
     */
    void preflight(MultiMap request, MultiMap response, @Nullable Set<String> allowed) {
        Cors rules = java.util.Objects.requireNonNull(cors, "asked only after isPreflight");
        response.add("Vary", REQUEST_METHOD + ", " + REQUEST_HEADERS);
        String origin = String.valueOf(request.get(ORIGIN));
        Set<String> methods = allowed == null ? new TreeSet<>(rules.methods()) : new TreeSet<>(allowed);
        String method = String.valueOf(request.get(REQUEST_METHOD));
        if (!rules.allows(origin)) {
            throw refused("pages of this origin may not call this API");
        }
        if (!methods.contains(method)) {
            throw refused("pages may not use this method here, only " + methods);
        }
        Set<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.addAll(rules.headers());
        for (String header : request.get(REQUEST_HEADERS) == null
                ? new String[0]
                : request.get(REQUEST_HEADERS).split(",", -1)) {
            if (!header.isBlank() && !headers.contains(header.strip())) {
                throw refused("pages may not set one of these headers, only " + headers);
            }
        }
        response.set("Access-Control-Allow-Methods", String.join(", ", methods));
        response.set("Access-Control-Allow-Headers", String.join(", ", rules.headers()));
        response.set("Access-Control-Max-Age", Long.toString(rules.maxAge().toSeconds()));
    }

    private static void allowOrigin(Cors cors, String origin, MultiMap response) {
        response.set(ALLOW_ORIGIN, cors.any() ? "*" : origin);
        if (cors.credentials()) {
            response.set("Access-Control-Allow-Credentials", "true");
        }
    }

    private static ProblemException refused(String reason) {
        return new ProblemException(RestError.ORIGIN_REFUSED, reason)
                .hint("The publisher of the API can allow it in the section cors of its file.");
    }
}
