package io.sluice.siddhi.http;

class HttpResponseSinkIT extends ServiceContract {

    @Override
    String source() {
        return "http-service";
    }

    @Override
    String sink() {
        return "http-response";
    }
}
