package io.sluice.runner;

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
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The apps over HTTP, under the paths and with the members that tools know. Different from theirs: 201 and 200 are sent once the app runs as the text says;
 * a text that runs nowhere changes nothing; a name that is taken is 409 whether its app runs or not.
 */
final class AppRoutes implements RouteGroup {

    private static final String APPS = "/siddhi-apps";
    private static final String APP = APPS + "/:app";

    /** What the routes work on; there while the runner runs. */
    record Parts(AppFiles files, AppDeployer deployer, AppCheck check) {}

    private final AppCatalog catalog;
    private final Supplier<Optional<Parts>> parts;

    AppRoutes(AppCatalog catalog, Supplier<Optional<Parts>> parts) {
        this.catalog = catalog;
        this.parts = parts;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.POST, APPS, Access.MANAGE, this::create)
                .on(HttpMethod.PUT, APPS, Access.MANAGE, this::put)
                .on(HttpMethod.GET, APPS, Access.VIEW, this::list)
                .on(
                        HttpMethod.GET,
                        APPS + "/count",
                        Access.VIEW,
                        call -> Reply.json(200, catalog.all().size()));
        for (AppElements.Kind kind : AppElements.Kind.values()) {
            router.on(HttpMethod.GET, APPS + "/" + kind.path(), Access.VIEW, call -> elements(kind));
        }
        router.on(HttpMethod.GET, APP, Access.VIEW, this::text)
                .on(HttpMethod.PUT, APP, Access.MANAGE, this::activate)
                .on(HttpMethod.DELETE, APP, Access.MANAGE, this::delete)
                .on(HttpMethod.GET, APP + "/status", Access.VIEW, this::status)
                .on(
                        HttpMethod.GET,
                        APP + "/isExists",
                        Access.VIEW,
                        call -> Reply.json(200, catalog.find(call.path("app")).isPresent()))
                .on(HttpMethod.GET, APP + "/elements", Access.VIEW, this::flow);
    }

    private Reply create(Call call) {
        AppFiles.Saved saved = parts().files().create(call.text());
        return Reply.success(201, "Siddhi App '" + saved.name() + "' is saved and runs")
                .header("Location", location(saved.name()));
    }

    private Reply put(Call call) {
        AppFiles.Saved saved = parts().files().put(call.text());
        return saved.isNew()
                ? Reply.success(201, "Siddhi App '" + saved.name() + "' is saved and runs")
                        .header("Location", location(saved.name()))
                : Reply.success(200, "Siddhi App '" + saved.name() + "' is updated and runs");
    }

    private Reply list(Call call) {
        JsonArray names = new JsonArray();
        chosen(call).forEach(entry -> names.add(entry.name()));
        return Reply.json(200, names);
    }

    /** Passwords in the text are for those who may change it. */
    private Reply text(Call call) throws IOException {
        AppCatalog.Entry entry = entry(call);
        String text = Files.readString(entry.file());
        boolean manages = call.caller().permissions().contains(Access.MANAGE.permission());
        return Reply.json(200, new JsonObject().put("content", manages ? text : new Secrets(text).mask(text)));
    }

    private Reply status(Call call) {
        AppCatalog.Entry entry = entry(call);
        JsonObject status = new JsonObject().put("status", word(entry));
        if (entry.state() instanceof AppCatalog.State.Failed failed) {
            status.put("reason", failed.reason());
        } else if (entry.state() instanceof AppCatalog.State.Kept kept) {
            status.put("reason", kept.reason());
        }
        return Reply.json(200, status);
    }

    private Reply delete(Call call) {
        parts().files().delete(entry(call));
        return Reply.empty(200);
    }

    private Reply activate(Call call) {
        AppCatalog.Entry entry = entry(call);
        String action = call.json().getString("action", "");
        switch (action) {
            case "activate" -> {
                Optional<DeployResult> result = parts().deployer().activate(entry.name());
                if (result.orElse(null) instanceof DeployResult.Rejected rejected) {
                    throw new ProblemException(AdminError.APP_NOT_STARTED, AppFiles.errors(rejected.findings()));
                }
            }
            case "deactivate" -> parts().deployer().deactivate(entry.name());
            default ->
                throw new ProblemException(AdminError.BAD_REQUEST, "'action' must be \"activate\" or \"deactivate\"");
        }
        return Reply.empty(200);
    }

    private Reply flow(Call call) {
        return Reply.json(200, read(entry(call)).map(AppElements::flow).orElseGet(JsonArray::new));
    }

    private Reply elements(AppElements.Kind kind) {
        JsonArray all = new JsonArray();
        for (AppCatalog.Entry entry : catalog.all()) {
            read(entry).ifPresent(app -> all.addAll(app.of(kind)));
        }
        return Reply.json(200, all);
    }

    /** Of what runs; of the file where nothing does; empty where that cannot be read or parsed, which its status tells. */
    private Optional<AppElements> read(AppCatalog.Entry entry) {
        Parts now = parts();
        return now.deployer()
                .runningText(entry.name())
                .or(() -> fileText(entry))
                .flatMap(now.check()::parsed)
                .map(parsed -> new AppElements(entry, parsed));
    }

    private static Optional<String> fileText(AppCatalog.Entry entry) {
        try {
            return Optional.of(Files.readString(entry.file()));
        } catch (IOException toldByItsStatus) {
            return Optional.empty();
        }
    }

    private Stream<AppCatalog.Entry> chosen(Call call) {
        Optional<Boolean> active = call.flag("isActive");
        List<AppCatalog.Entry> all = catalog.all();
        return all.stream().filter(entry -> active.isEmpty() || active.get() == entry.isActive());
    }

    private AppCatalog.Entry entry(Call call) {
        String name = call.path("app");
        return catalog.find(name)
                .orElseThrow(
                        () -> new ProblemException(AdminError.NO_SUCH_APP, "there is no app named '" + name + "'"));
    }

    private Parts parts() {
        return parts.get()
                .orElseThrow(() -> new ProblemException(AdminError.BUSY, "the runner starts or stops")
                        .retryAfter(Duration.ofSeconds(1)));
    }

    private static String word(AppCatalog.Entry entry) {
        return entry.isActive() ? "active" : "inactive";
    }

    private static String location(String name) {
        return APPS + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
