package io.sluice.siddhi.http;

class HttpCallSinkIT extends CallContract {

    @Override
    String sink() {
        return "http-call";
    }

    @Override
    String source() {
        return "http-call-response";
    }
}
