package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;

/** The old name of {@link HttpServiceSource}. */
@Extension(
        name = "http-request",
        namespace = "source",
        description = "Old name of the source http-service, with the same options.",
        examples =
                @Example(syntax = "@source(type='http-request', …)", description = "Write http-service in new apps."))
public final class HttpRequestSource extends HttpServiceSource {

    /** For Siddhi. */
    public HttpRequestSource() {
        super("http-request");
    }
}
