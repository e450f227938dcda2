package io.sluice.siddhi.http;

class HttpResponseSourceIT extends CallContract {

    @Override
    String sink() {
        return "http-call";
    }

    @Override
    String source() {
        return "http-response";
    }
}
