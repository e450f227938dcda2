package io.sluice.siddhi.http;

class HttpServiceResponseSinkIT extends ServiceContract {

    @Override
    String source() {
        return "http-request";
    }

    @Override
    String sink() {
        return "http-service-response";
    }
}
