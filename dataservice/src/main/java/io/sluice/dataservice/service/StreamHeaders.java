package io.sluice.dataservice.service;

import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Headers of a reply from a resource with {@code stream}: how far its table was, for this caller and these parameters, when the request was served. */
final class StreamHeaders {

    private StreamHeaders() {}

    /**
     * Sets them; on the event loop.
     *
     * @param position value of the key in the newest row, or null if there is no row
     * @param lagMillis how old that row was, or null where no column says so
     */
    static void put(HttpServerResponse response, @Nullable Long position, @Nullable Long lagMillis) {
        if (position != null) {
            response.putHeader("Stream-Position", Long.toString(position));
        }
        if (lagMillis != null) {
            response.putHeader("Stream-Lag-Ms", Long.toString(lagMillis));
        }
    }
}
