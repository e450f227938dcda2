package io.sluice.dataservice.service;

import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.Preferences;
import io.sluice.dataservice.definition.Verb;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;

/**
 * A request on its way; between {@code enter} and {@code leave} of its service.
 *
 * @param context of the connection; what is written to the response is written there
 * @param current whether the service is still served as it was when the request came
 * @param began {@link System#nanoTime()} when it came
 */
record Call(
        HttpServerRequest request,
        HttpServerResponse response,
        Context context,
        DeployedService service,
        BooleanSupplier current,
        DeployedService.Match match,
        Verb verb,
        Caller caller,
        Preferences preferences,
        long began) {

    /** Name of the service. */
    String serviceName() {
        return service.file().service();
    }

    /** Path of the resource, with its variables as they are declared. */
    String resourcePath() {
        return match.resource().file().path();
    }
}
