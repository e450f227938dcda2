package io.sluice.siddhi.http;

class HttpCallResponseSourceIT extends CallContract {

    @Override
    String sink() {
        return "http-request";
    }

    @Override
    String source() {
        return "http-call-response";
    }
}
