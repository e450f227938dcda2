package io.sluice.siddhi.http;

class HttpServiceSourceIT extends ServiceContract {

    @Override
    String source() {
        return "http-service";
    }

    @Override
    String sink() {
        return "http-service-response";
    }
}
