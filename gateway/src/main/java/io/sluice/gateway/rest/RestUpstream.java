package io.sluice.gateway.rest;

import io.sluice.gateway.api.RestApi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;

/** What every call of one REST API shares. Thread-safe. */
record RestUpstream(
        RestApi api,
        Vertx vertx,
        HttpClient client,
        CircuitBreaker breaker,
        HeaderRules headers,
        PathRule paths,
        Faults faults,
        RestMeters meters) {}
