package io.sluice.gateway.rest;

import io.sluice.gateway.api.IdentityHeader;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * The head of the request to the upstream.
 *
 * @param statement the value of the identity header, or null
 * @param requestId the value of {@code X-Request-Id}
 */
record RequestHead(
        RestUpstream shared, RestCall call, @Nullable String statement, String requestId) {

    void write(HttpClientRequest upstream) {
        shared.headers().toUpstream(call.request(), call.host(), requestId, upstream.headers());
        IdentityHeader identity = shared.api().identityHeader();
        if (identity != null && statement != null) {
            upstream.putHeader(identity.name(), statement);
        }
        if (shared.api().preserveHost() && !call.host().isEmpty()) {
            upstream.authority(HostAndPort.parseAuthority(call.host(), -1));
        }
        if (call.bodyLength() == RestCall.UNKNOWN) {
            upstream.setChunked(true);
        } else if (call.request().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            upstream.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(call.bodyLength()));
        }
    }
}
