package io.sluice.gateway.rest;

import io.sluice.common.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a request must be before anything is made of it: one Host, one way to tell where the body ends, nothing that two servers read in two ways (RFC
 * 9112, sections 3.2 and 6.3). The HTTP parser refuses most of it already; here is what it lets through.
 */
final class MessageRules {

    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

    private MessageRules() {}

    /**
     * Checks the head.
     *
     * @throws ProblemException with what is wrong
     */
    static void require(HttpServerRequest request, int maxHeaders) {
        MultiMap headers = request.headers();
        int lines = headers.entries().size();
        if (lines > maxHeaders) {
            throw new ProblemException(
                    RestError.TOO_MANY_HEADERS,
                    "the request has " + lines + " header lines, at most " + maxHeaders + " are taken");
        }
        if (!HeaderRules.isClean(headers)) {
            throw invalid("a header has a name that is no token, or a control character");
        }
        if (!METHOD.matcher(request.method().name()).matches()) {
            throw invalid("the method is not one in capitals");
        }
        if (asksForWebSocket(headers)) {
            throw new ProblemException(RestError.NO_UPGRADE, "this is a REST API; it does not become a WebSocket")
                    .hint("Send the request without 'Upgrade: websocket'.");
        }
        String expectation = headers.get(HttpHeaders.EXPECT);
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            throw new ProblemException(RestError.EXPECTATION_FAILED, "only 100-continue can be expected");
        }
    }

    /** The value of Host; empty where HTTP/1.0 has none. */
    static String host(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
            return "";
        }
        if (hosts.size() != 1 || !HOST.matcher(hosts.get(0)).matches()) {
            throw invalid("there must be one header Host with a name or address and, if any, a port");
        }
        return hosts.get(0);
    }

    /** Bytes of the body, 0 for none, {@link RestCall#UNKNOWN} for chunked. */
    static long bodyLength(HttpServerRequest request) {
        List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        List<String> lengths = request.headers().getAll(HttpHeaders.CONTENT_LENGTH);
        if (!encodings.isEmpty()) {
            boolean chunked = encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
            if (!chunked || !lengths.isEmpty() || request.version() == HttpVersion.HTTP_1_0) {
                throw invalid("Transfer-Encoding must be 'chunked', alone, without Content-Length and in HTTP/1.1");
            }
            return RestCall.UNKNOWN;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.get(0)).matches()) {
            throw invalid("there must be one Content-Length, a number");
        }
        return Long.parseLong(lengths.get(0));
    }

    private static boolean asksForWebSocket(MultiMap headers) {
        return headers.getAll(HttpHeaders.UPGRADE).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("websocket"));
    }

    private static ProblemException invalid(String reason) {
        return new ProblemException(RestError.MESSAGE_INVALID, reason)
                .hint("Use an HTTP client that follows RFC 9112.");
    }
}
