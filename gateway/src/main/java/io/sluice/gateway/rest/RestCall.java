package io.sluice.gateway.rest;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** A request that an operation of a REST API takes, if the caller has the scopes. */
public final class RestCall {

    /** {@link #bodyLength} of a chunked body. */
    static final long UNKNOWN = -1;

    private final HttpServerRequest request;
    private final RequestTarget target;
    private final String host;
    private final long bodyLength;
    private final List<String> scopes;
    private final long startedNanos = System.nanoTime();

    RestCall(HttpServerRequest request, RequestTarget target, String host, long bodyLength, List<String> scopes) {
        this.request = request;
        this.target = target;
        this.host = host;
        this.bodyLength = bodyLength;
        this.scopes = scopes;
    }

    /** The scopes that the caller must have, all of them. */
    public List<String> scopes() {
        return scopes;
    }

    /** Whether the query holds something that looks like a bearer token (RFC 6750, section 2.3), which is never taken from there. */
    public boolean hasQueryToken() {
        return target.hasParameter("access_token");
    }

    HttpServerRequest request() {
        return request;
    }

    RequestTarget target() {
        return target;
    }

    /** The Host header, empty where a client of HTTP/1.0 sent none. */
    String host() {
        return host;
    }

    /** Bytes of the body: 0 for none, {@link #UNKNOWN} for chunked. */
    long bodyLength() {
        return bodyLength;
    }

    long startedNanos() {
        return startedNanos;
    }
}
