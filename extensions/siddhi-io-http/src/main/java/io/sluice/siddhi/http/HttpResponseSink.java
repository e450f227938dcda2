package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;

/** The old name of {@link HttpServiceResponseSink}. */
@Extension(
        name = "http-response",
        namespace = "sink",
        description = "Old name of the sink http-service-response, with the same options.",
        examples =
                @Example(
                        syntax = "@sink(type='http-response', …)",
                        description = "Write http-service-response in new apps."))
public final class HttpResponseSink extends HttpServiceResponseSink {

    /** For Siddhi. */
    public HttpResponseSink() {
        super("http-response");
    }
}
