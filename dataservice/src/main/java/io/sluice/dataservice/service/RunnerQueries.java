package io.sluice.dataservice.service;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;

/** Asks the runner's on-demand query route. Called on event loops. */
@FunctionalInterface
public interface RunnerQueries {
    /**
     * The records of a query, one list of values each. Fails with {@link io.sluice.common.ProblemException}.
     *
     * @param app name of a Siddhi app
     * @param query text that {@link SiddhiText} wrote
     */
    Future<JsonArray> records(String app, String query);
}
