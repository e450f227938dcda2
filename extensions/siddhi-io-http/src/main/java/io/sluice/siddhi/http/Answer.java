package io.sluice.siddhi.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * What another server answered.
 *
 * @param status the code
 * @param headers as received
 * @param body all of it
 */
record Answer(int status, MultiMap headers, Buffer body) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the same request may succeed later. */
    boolean isPassing() {
        return status == 408 || status == 425 || status == 429 || status >= 500;
    }
}
