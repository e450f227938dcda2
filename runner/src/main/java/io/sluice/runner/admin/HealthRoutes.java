package io.sluice.runner.admin;

import io.sluice.common.HealthChecks;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;

/**
 * Health for those who watch from outside, without credentials and therefore without details:
 *
 * <ol>
 *   <li>{@code /health} and {@code /health/live} are 200 as long as the process answers, as clients of the old servers expect,
 *   <li>{@code /health/ready} is 200 if every check is up, else 503. The reasons are on the management port.
 * </ol>
 */
public final class HealthRoutes implements RouteGroup {

    private final HealthChecks health;

    /** @param health the checks of the process */
    public HealthRoutes(HealthChecks health) {
        this.health = health;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.GET, "/health", Access.OPEN, call -> Reply.json(200, status("healthy")))
                .on(HttpMethod.GET, "/health/live", Access.OPEN, call -> Reply.json(200, status("healthy")))
                .on(HttpMethod.GET, "/health/ready", Access.OPEN, call -> ready());
    }

    private Reply ready() {
        JsonObject checks = new JsonObject();
        boolean up = true;
        for (var check : health.states().entrySet()) {
            up &= check.getValue().up();
            checks.put(check.getKey(), check.getValue().up() ? "up" : "down");
        }
        return Reply.json(up ? 200 : 503, status(up ? "ready" : "not ready").put("checks", checks));
    }

    private static JsonObject status(String status) {
        return new JsonObject().put("status", status);
    }
}
