package io.sluice.gateway;

import io.sluice.common.ErrorCode;

/** What a client of the gateway can be told; the group says where to look: 2xx the request, 3xx the token, 9xx the gateway itself. */
public enum GatewayError implements ErrorCode {
    /** No API is served at this path. */
    NO_SUCH_API("GTW-201", 404, "No such API"),
    /** A streaming API is opened with GET only. */
    METHOD_NOT_ALLOWED("GTW-202", 405, "Method not allowed"),
    /** A streaming API is opened with a WebSocket handshake only. */
    UPGRADE_REQUIRED("GTW-203", 426, "WebSocket handshake required"),
    /** The gateway holds as many connections as it may. */
    TOO_MANY_CONNECTIONS("GTW-204", 503, "Too many connections"),
    /** This client holds as many connections as it may. */
    TOO_MANY_CONNECTIONS_OF_CLIENT("GTW-205", 429, "Too many connections of one client"),
    /** The gateway is starting or stopping. */
    NOT_SERVING("GTW-206", 503, "Gateway is starting or stopping"),
    /** The request asks for a WebSocket, but not as RFC 6455 says. */
    HANDSHAKE_INVALID("GTW-207", 400, "Invalid WebSocket handshake"),
    /** The bytes are no HTTP request, or one that could be read in two ways. */
    NOT_HTTP("GTW-208", 400, "Not an HTTP request"),
    /** The request line is longer than the gateway reads. */
    REQUEST_LINE_TOO_LONG("GTW-209", 414, "Request line too long"),
    /** The header is larger than the gateway reads. */
    HEADERS_TOO_LARGE("GTW-210", 431, "Request header too large"),
    /** The query of a streaming API holds a place to start from, a filter or a wait that cannot be read. */
    STREAM_QUERY_INVALID("GTW-221", 400, "Invalid stream query"),

    /** A token is required and none came. */
    TOKEN_MISSING("GTW-301", 401, "Access token required"),
    /** The token is expired, forged, revoked or for somebody else. */
    TOKEN_INACTIVE("GTW-302", 401, "Access token not accepted"),
    /** The token is good but does not cover this API. */
    SCOPE_MISSING("GTW-303", 403, "Scope missing"),
    /** The token cannot be checked now. */
    TOKEN_CHECK_UNAVAILABLE("GTW-304", 503, "Access token cannot be checked"),
    /** The token came in two places at once. */
    TOKEN_AMBIGUOUS("GTW-305", 400, "Access token in more than one place"),
    /** The token is good but lacks a claim that the API filters its events by. */
    CLAIM_MISSING("GTW-306", 403, "Claim missing"),
    /** Too many bad tokens came from this address. */
    TOO_MANY_BAD_TOKENS("GTW-307", 429, "Too many bad access tokens"),
    /** Too many one-time tickets wait to be used. */
    TOO_MANY_TICKETS("GTW-308", 503, "Too many tickets"),

    /** A fault of the gateway. */
    INTERNAL("GTW-901", 500, "Internal error");

    private final String code;
    private final int status;
    private final String title;

    GatewayError(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}
