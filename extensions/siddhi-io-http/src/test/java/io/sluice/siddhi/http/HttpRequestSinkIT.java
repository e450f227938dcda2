package io.sluice.siddhi.http;

class HttpRequestSinkIT extends CallContract {

    @Override
    String sink() {
        return "http-request";
    }

    @Override
    String source() {
        return "http-call-response";
    }
}
