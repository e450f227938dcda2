package io.sluice.runner;

import io.sluice.common.HealthChecks;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells catalog, health and log what became of an app. Called by one thread at a time. */
final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final AppCatalog catalog;
    private final HealthChecks health;
    private final InstantSource wall;

    Outcomes(AppCatalog catalog, HealthChecks health, InstantSource wall) {
        this.catalog = catalog;
        this.health = health;
        this.wall = wall;
    }

    /**
     * It runs as its file says.
     *
     * @param connected how it stands with what it is connected to
     */
    DeployResult running(AppSource source, Supplier<HealthChecks.State> connected) {
        stands(source, new AppCatalog.State.Running(), connected);
        source.findings().forEach(Outcomes::warn);
        LOG.atInfo()
                .addKeyValue("app", source.name())
                .addKeyValue("file", source.file())
                .log("app deployed");
        return new DeployResult.Deployed(source.name(), source.findings());
    }

    /** The version before runs on, or again. It serves, so it is not ill; the detail of its check names the refusal. */
    DeployResult kept(AppSource before, List<Finding> findings, Supplier<HealthChecks.State> connected) {
        String reason = errors(findings);
        stands(before, new AppCatalog.State.Kept(reason), () -> {
            HealthChecks.State now = connected.get();
            return new HealthChecks.State(now.up(), now.detail() + "; the changed file is refused: " + reason);
        });
        findings.forEach(Outcomes::warn);
        LOG.atError().addKeyValue("app", before.name()).log("the changed file is refused; the version before it runs");
        return new DeployResult.Kept(before.name(), findings);
    }

    /** It does not run. */
    DeployResult rejected(AppSource source, List<Finding> findings) {
        String reason = errors(findings);
        stands(source, new AppCatalog.State.Failed(reason), () -> new HealthChecks.State(false, reason));
        findings.forEach(Outcomes::warn);
        return new DeployResult.Rejected(findings);
    }

    /** Its name is taken by an app that runs: that one's entry stays as it is. */
    static DeployResult duplicate(AppSource source, Path other) {
        List<Finding> findings = with(
                source, "an app named '" + source.name() + "' runs already, from '" + other + "'; choose another name");
        findings.forEach(Outcomes::warn);
        return new DeployResult.Rejected(findings);
    }

    /** An operator stopped it: that is no illness. */
    void inactive(AppSource source) {
        stands(source, new AppCatalog.State.Inactive(), () -> new HealthChecks.State(true, "stopped by an operator"));
        LOG.atInfo().addKeyValue("app", source.name()).log("app deactivated");
    }

    /** It is gone. */
    void gone(String name) {
        health.unregister("app:" + name);
        catalog.remove(name);
        LOG.atInfo().addKeyValue("app", name).log("app undeployed");
    }

    static List<Finding> with(AppSource source, String error) {
        List<Finding> findings = new ArrayList<>(source.findings());
        findings.add(Finding.error(
                source.file(), Template.Place.START, source.secrets().mask(error)));
        return List.copyOf(findings);
    }

    /** A file that was refused under one name and now has another leaves nothing under the old one. */
    private void stands(AppSource source, AppCatalog.State state, Supplier<HealthChecks.State> check) {
        for (AppCatalog.Entry stale : catalog.of(source.file())) {
            if (!stale.name().equals(source.name()) && !stale.isActive()) {
                gone(stale.name());
            }
        }
        catalog.put(new AppCatalog.Entry(source.name(), source.file(), state, Instant.ofEpochMilli(wall.millis())));
        health.register("app:" + source.name(), check);
    }

    private static String errors(List<Finding> findings) {
        return findings.stream().filter(Finding::isError).map(Finding::toString).collect(Collectors.joining("\n"));
    }

    private static void warn(Finding finding) {
        if (finding.isError()) {
            LOG.atError().addKeyValue("finding", finding).log("app is not deployed");
        } else if (finding.severity() == Finding.Severity.NOTE) {
            LOG.atInfo().addKeyValue("finding", finding).log("app is deployed, with a note");
        } else {
            LOG.atWarn().addKeyValue("finding", finding).log("app is deployed, with a doubt");
        }
    }
}
