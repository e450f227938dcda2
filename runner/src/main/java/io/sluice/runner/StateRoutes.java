package io.sluice.runner;

import io.sluice.common.ProblemException;
import io.sluice.runner.admin.Access;
import io.sluice.runner.admin.AdminError;
import io.sluice.runner.admin.AdminRouter;
import io.sluice.runner.admin.Call;
import io.sluice.runner.admin.Reply;
import io.sluice.runner.admin.RouteGroup;
import io.sluice.runner.checkpoint.CheckpointStore;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state of apps over HTTP: backup, restore, list and forget revisions. A revision is a checkpoint. A restore stops the app and starts it from there;
 * when that fails the app goes on from where it was.
 */
final class StateRoutes implements RouteGroup {

    private static final String APP = "/siddhi-apps/:app";

    /** What the routes work on; there while the runner runs. */
    record Parts(AppDeployer deployer, Checkpoints checkpoints) {}

    private final AppCatalog catalog;
    private final Supplier<Optional<Parts>> parts;

    StateRoutes(AppCatalog catalog, Supplier<Optional<Parts>> parts) {
        this.catalog = catalog;
        this.parts = parts;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.DELETE, "/siddhi-apps/revisions", Access.MANAGE, this::forgetAll)
                .on(HttpMethod.POST, APP + "/backup", Access.MANAGE, this::backup)
                .on(HttpMethod.POST, APP + "/restore", Access.MANAGE, this::restore)
                .on(HttpMethod.GET, APP + "/revisions", Access.VIEW, this::revisions)
                .on(HttpMethod.DELETE, APP + "/revisions", Access.MANAGE, this::forget);
    }

    private Reply backup(Call call) throws InterruptedException {
        String app = known(call);
        SiddhiHost host = parts().deployer().host(app).orElseThrow(() -> inactive(app));
        try {
            Checkpoint taken = parts().checkpoints().take(host);
            return Reply.json(201, new JsonObject().put("revision", taken.revision()));
        } catch (CheckpointException trouble) {
            throw failed(trouble);
        }
    }

    private Reply restore(Call call) {
        String app = known(call);
        if (parts().deployer().host(app).isEmpty()) {
            throw inactive(app);
        }
        Optional<String> revision = call.query("revision").or(() -> call.query("version"));
        Checkpoint from = load(app, revision);
        again(app, Optional.of(from));
        String which = revision.isPresent() ? "revision " + from.revision() : "last revision";
        return Reply.success(200, "State restored to " + which + " for Siddhi App :" + app);
    }

    private Reply revisions(Call call) {
        JsonArray found = new JsonArray();
        try {
            for (CheckpointStore.Entry kept : store().list(known(call))) {
                found.add(new JsonObject()
                        .put("revision", kept.revision())
                        .put("takenAt", kept.takenAt())
                        .put("size", kept.size()));
            }
        } catch (CheckpointException trouble) {
            throw failed(trouble);
        }
        return Reply.json(200, found);
    }

    private Reply forget(Call call) {
        String app = known(call);
        forget(app, call.flag("enabledRedeployment").orElse(true));
        return Reply.success(200, "All revisions of Siddhi App :" + app + " are deleted");
    }

    private Reply forgetAll(Call call) {
        boolean afresh = call.flag("enabledRedeployment").orElse(true);
        catalog.all().forEach(entry -> forget(entry.name(), afresh));
        return Reply.success(200, "All revisions of all Siddhi Apps are deleted");
    }

    /** The app starts without state first: what fails there leaves its revisions. */
    private void forget(String app, boolean afresh) {
        Optional<SiddhiHost> host = parts().deployer().host(app);
        if (afresh && host.isPresent()) {
            again(app, Optional.empty());
        }
        try {
            store().clear(app);
        } catch (CheckpointException trouble) {
            throw failed(trouble);
        }
    }

    private void again(String app, Optional<Checkpoint> from) {
        DeployResult result = parts().deployer().restart(app, from).orElseThrow(() -> inactive(app));
        if (!(result instanceof DeployResult.Deployed)) {
            throw new ProblemException(AdminError.STATE_FAILED, AppFiles.errors(result.findings()))
                    .hint("GET " + "/siddhi-apps/" + app + "/status tells how the app stands.");
        }
    }

    private Checkpoint load(String app, Optional<String> revision) {
        try {
            if (revision.isEmpty()) {
                return store().latest(app).orElseThrow(() -> noRevision(app, "any revision"));
            }
            String wanted = revision.get();
            if (store().list(app).stream().noneMatch(kept -> kept.revision().equals(wanted))) {
                throw noRevision(app, "a revision '" + wanted + "'");
            }
            return store().load(app, wanted);
        } catch (CheckpointException trouble) {
            throw failed(trouble);
        }
    }

    private String known(Call call) {
        String name = call.path("app");
        return catalog.find(name)
                .map(AppCatalog.Entry::name)
                .orElseThrow(
                        () -> new ProblemException(AdminError.NO_SUCH_APP, "there is no app named '" + name + "'"));
    }

    private CheckpointStore store() {
        return parts().checkpoints().store();
    }

    private Parts parts() {
        return parts.get()
                .orElseThrow(() -> new ProblemException(AdminError.BUSY, "the runner starts or stops")
                        .retryAfter(Duration.ofSeconds(1)));
    }

    private static ProblemException inactive(String app) {
        return new ProblemException(AdminError.APP_INACTIVE, "app '" + app + "' does not run")
                .hint("Its status says why; activate it first.");
    }

    private static ProblemException noRevision(String app, String what) {
        return new ProblemException(AdminError.NO_SUCH_REVISION, "app '" + app + "' does not have " + what)
                .hint("GET /siddhi-apps/" + app + "/revisions lists what is kept.");
    }

    private static ProblemException failed(CheckpointException trouble) {
        return new ProblemException(AdminError.STATE_FAILED, String.valueOf(trouble.getMessage()));
    }
}
