package io.sluice.dataservice.call;

import io.sluice.common.IdentityHeader;
import io.sluice.common.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes a call: whom the gateway's signed header names, else somebody on this machine where that is enough, else nobody. An
 * {@code Authorization} header is not looked at: access tokens end at the gateway. Thread-safe.
 */
public final class Identities {

    private final @Nullable IdentityVerifier header;
    private final boolean trustsLoopback;

    /**
     * @param header verifies; null where nothing is configured, so that every signed header is refused
     * @param trustsLoopback whether a connection from this machine needs no header
     */
    public Identities(@Nullable IdentityVerifier header, boolean trustsLoopback) {
        this.header = header;
        this.trustsLoopback = trustsLoopback;
    }

    /**
     * The caller.
     *
     * @throws ProblemException if there is an identity header that is not good; it is never taken for no header
     */
    public Caller identify(HttpServerRequest request) {
        List<String> headers = request.headers().getAll(IdentityHeader.NAME);
        if (headers.isEmpty()) {
            return trustsLoopback && fromThisMachine(request) ? Caller.LOOPBACK : Caller.ANONYMOUS;
        }
        if (headers.size() > 1 || header == null) {
            throw refused(
                    header == null
                            ? "cannot be checked: nothing to check it with is configured"
                            : "is there more than once");
        }
        try {
            return Caller.of(header.verify(headers.get(0)));
        } catch (IllegalArgumentException bad) {
            throw refused(String.valueOf(bad.getMessage()));
        }
    }

    private static ProblemException refused(String reason) {
        return new ProblemException(DataError.IDENTITY_INVALID, "the identity header " + reason);
    }

    private static boolean fromThisMachine(HttpServerRequest request) {
        var address = request.connection().remoteAddress(true);
        String host = address == null ? null : address.hostAddress();
        return host != null && new InetSocketAddress(host, 0).getAddress().isLoopbackAddress();
    }
}
