package io.sluice.runner;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.util.statistics.metrics.Level;
import io.sluice.common.ProblemException;
import io.sluice.runner.admin.Access;
import io.sluice.runner.admin.AdminError;
import io.sluice.runner.admin.AdminRouter;
import io.sluice.runner.admin.Call;
import io.sluice.runner.admin.Reply;
import io.sluice.runner.admin.RouteGroup;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long each app has been as it is, and how much the engine counts inside it for its own reporters ({@code @App:statistics}): OFF, BASIC or DETAIL. A level that is set
 * lasts until the app stops. The runner's own metrics do not depend on it.
 */
final class StatisticsRoutes implements RouteGroup {

    private static final String ALL = "/siddhi-apps/statistics";
    private static final List<Level> LEVELS = List.of(Level.OFF, Level.BASIC, Level.DETAIL);

    private final AppCatalog catalog;
    private final Function<String, Optional<SiddhiAppRuntime>> engines;
    private final InstantSource wall;

    /** @param engines the engine's part of a running app */
    StatisticsRoutes(AppCatalog catalog, Function<String, Optional<SiddhiAppRuntime>> engines, InstantSource wall) {
        this.catalog = catalog;
        this.engines = engines;
        this.wall = wall;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.GET, ALL, Access.VIEW, this::list)
                .on(HttpMethod.PUT, ALL, Access.MANAGE, this::setAll)
                .on(HttpMethod.PUT, "/siddhi-apps/:app/statistics", Access.MANAGE, this::setOne);
    }

    private Reply list(Call call) {
        Optional<Boolean> active = call.flag("isActive");
        JsonArray found = new JsonArray();
        for (AppCatalog.Entry app : catalog.all()) {
            if (active.isEmpty() || active.get() == app.isActive()) {
                found.add(json(app));
            }
        }
        return Reply.json(200, found);
    }

    private JsonObject json(AppCatalog.Entry app) {
        Level level = engines.apply(app.name())
                .map(SiddhiAppRuntime::getStatisticsLevel)
                .orElse(Level.OFF);
        return new JsonObject()
                .put("appName", app.name())
                .put("status", app.isActive() ? "active" : "inactive")
                .put("age", Duration.between(app.since(), wall.instant()).toMillis())
                .put("isStatEnabled", level != Level.OFF)
                .put(
                        "siddhiStatEnabledLevel",
                        new JsonObject().put("name", level.name()).put("intLevel", LEVELS.indexOf(level)));
    }

    private Reply setOne(Call call) {
        String name = call.path("app");
        if (catalog.find(name).isEmpty()) {
            throw new ProblemException(AdminError.NO_SUCH_APP, "there is no app named '" + name + "'");
        }
        SiddhiAppRuntime engine = engines.apply(name)
                .orElseThrow(() -> new ProblemException(AdminError.APP_INACTIVE, "app '" + name + "' does not run"));
        Level level = level(call.json());
        set(engine, level);
        return Reply.success(200, "Statistics of Siddhi App '" + name + "' are " + level.name());
    }

    private Reply setAll(Call call) {
        Level level = level(call.json());
        catalog.all().forEach(app -> engines.apply(app.name()).ifPresent(engine -> set(engine, level)));
        return Reply.success(200, "Statistics of all Siddhi Apps are " + level.name());
    }

    /** One at a time: the engine starts and stops reporters in there. */
    private synchronized void set(SiddhiAppRuntime engine, Level level) {
        engine.setStatisticsLevel(level);
    }

    private static Level level(JsonObject body) {
        Object named = body.getValue("enabledStatLevel");
        Object enabled = body.getValue("statsEnable");
        if (named == null && enabled != null) {
            return Boolean.parseBoolean(String.valueOf(enabled)) ? Level.BASIC : Level.OFF;
        }
        String name = String.valueOf(named).toUpperCase(Locale.ROOT);
        return LEVELS.stream()
                .filter(level -> level.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ProblemException(AdminError.BAD_REQUEST, "the body names no level of statistics")
                        .hint("Send {\"statsEnable\": true} or {\"enabledStatLevel\": \"OFF|BASIC|DETAIL\"}."));
    }
}
