package io.sluice.gateway.rest;

import io.sluice.common.ErrorCode;

/** What a client of a REST API can be told: 21x and 22x the request, 4xx the upstream, 9xx the gateway itself. */
public enum RestError implements ErrorCode {
    /** The API has no such operation. */
    NO_SUCH_OPERATION("GTW-211", 404, "No such operation"),
    /** The operation does not have this method. */
    METHOD_NOT_ALLOWED("GTW-212", 405, "Method not allowed"),
    /** The path or query could mean different things to different servers. */
    TARGET_INVALID("GTW-213", 400, "Invalid request target"),
    /** The body is larger than the API takes. */
    REQUEST_TOO_LARGE("GTW-214", 413, "Request body too large"),
    /** Host or the framing of the body is missing, doubled or not understood. */
    MESSAGE_INVALID("GTW-215", 400, "Invalid HTTP message"),
    /** A REST API does not become a WebSocket. */
    NO_UPGRADE("GTW-216", 400, "No upgrade here"),
    /** A page of this origin may not call the API. */
    ORIGIN_REFUSED("GTW-217", 403, "Origin not allowed"),
    /** The request expects something other than 100-continue. */
    EXPECTATION_FAILED("GTW-218", 417, "Expectation failed"),
    /** The request has more header lines than the API takes. */
    TOO_MANY_HEADERS("GTW-219", 431, "Too many header fields"),
    /** The client did not send its request in time. */
    REQUEST_LATE("GTW-220", 408, "Request not sent in time"),

    /** The upstream cannot be reached. */
    UPSTREAM_UNREACHABLE("GTW-401", 502, "Upstream cannot be reached"),
    /** The upstream did not answer in time. */
    UPSTREAM_LATE("GTW-402", 504, "Upstream did not answer in time"),
    /** The upstream failed several times in a row and is not asked for a while. */
    BREAKER_OPEN("GTW-403", 503, "Upstream is down"),
    /** What the upstream sent is not an HTTP response, or it hung up before sending one. */
    BAD_RESPONSE("GTW-404", 502, "Bad response of the upstream"),
    /** Every connection to the upstream is taken and the queue for them is full. */
    UPSTREAM_BUSY("GTW-405", 503, "Upstream is busy"),
    /** The response is larger than the API allows. */
    RESPONSE_TOO_LARGE("GTW-406", 502, "Response body too large"),

    /** A fault of the gateway. */
    INTERNAL("GTW-902", 500, "Internal error");

    private final String code;
    private final int status;
    private final String title;

    RestError(String code, int status, String title) {
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
