package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;

/** The old name of {@link HttpCallResponseSource}. */
@Extension(
        name = "http-response",
        namespace = "source",
        description = "Old name of the source http-call-response, with the same options.",
        examples =
                @Example(
                        syntax = "@source(type='http-response', …)",
                        description = "Write http-call-response in new apps."))
public final class HttpResponseSource extends HttpCallResponseSource {

    /** For Siddhi. */
    public HttpResponseSource() {
        super("http-response");
    }
}
