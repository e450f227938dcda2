package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;

/** The old name of {@link HttpCallSink}. */
@Extension(
        name = "http-request",
        namespace = "sink",
        description = "Old name of the sink http-call, with the same options.",
        examples = @Example(syntax = "@sink(type='http-request', …)", description = "Write http-call in new apps."))
public final class HttpRequestSink extends HttpCallSink {

    /** For Siddhi. */
    public HttpRequestSink() {
        super("http-request");
    }
}
