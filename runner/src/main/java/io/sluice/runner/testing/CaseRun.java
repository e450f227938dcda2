package io.sluice.runner.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.query.api.SiddhiApp;
import io.sluice.common.HealthChecks;
import io.sluice.common.Secret;
import io.sluice.common.YamlTree.Node;
import io.sluice.runner.AppSource;
import io.sluice.runner.DataSourceConfig;
import io.sluice.runner.DataSources;
import io.sluice.runner.host.AppStartException;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.HostLimits;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** One case at work: an engine, an app and a clock of its own, all thrown away at the end. Used once. */
final class CaseRun {

    private static final HostLimits LIMITS = new HostLimits(1024, 16);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** Timers that may fire in one step; more is an app whose timer is due again at once. */
    private static final int MOST_TIMERS = 1_000_000;

    private static final int POOL = 4;

    private final TestFile file;
    private final TestCase one;
    private final AppSource source;
    private final Vertx vertx;
    private final Consumer<SiddhiManager> extensions;
    private final AtomicLong now;
    private final CaseErrors errors = new CaseErrors();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> failures = new ArrayList<>();

    CaseRun(TestFile file, TestCase one, AppSource source, Vertx vertx, Consumer<SiddhiManager> extensions) {
        this.file = file;
        this.one = one;
        this.source = source;
        this.vertx = vertx;
        this.extensions = extensions;
        this.now = new AtomicLong(one.start().toEpochMilli());
    }

    /** What did not come as expected; all comparisons are made, but after a step that cannot be taken none is. */
    List<String> run() {
        SiddhiApp app = Objects.requireNonNull(source.app());
        SiddhiManager manager = new SiddhiManager();
        Set<String> databases = Sandbox.enter(app);
        try (DataSources pools = new DataSources(inMemory(databases), new HealthChecks(), meters);
                SharedResources resources = new SharedResources(vertx, meters, Clock.systemUTC(), new LaneSources())) {
            manager.setAttribute(SharedResources.ATTRIBUTE, resources);
            manager.setErrorStore(errors);
            extensions.accept(manager);
            manager.setExtension("source:" + SandboxSource.TYPE, SandboxSource.class);
            manager.setExtension("sink:" + SandboxSink.TYPE, SandboxSink.class);
            pools.start();
            pools.all().forEach(manager::setDataSource);
            host(manager, app);
        } catch (AppStartException | RuntimeException | LinkageError refused) {
            fail(
                    one.line(),
                    "the app does not start in the sandbox: " + source.secrets().mask(Reason.of(refused)));
        } finally {
            manager.shutdown();
        }
        return failures;
    }

    private void host(SiddhiManager manager, SiddhiApp app) throws AppStartException {
        SiddhiHost host = SiddhiHost.create(
                manager,
                app,
                source.name(),
                new SiddhiHost.Environment(
                        LIMITS, () -> Instant.ofEpochMilli(now.get()), meters, errors, Durability.IMMEDIATE));
        try {
            Observed observed = new Observed(host, manager.getSiddhiAppRuntime(source.name()), one.steps());
            host.start();
            take(host, observed);
        } finally {
            host.close(STOP);
        }
    }

    private void take(SiddhiHost host, Observed observed) {
        int line = one.line();
        try {
            for (Step step : one.steps()) {
                line = step.line();
                take(step, host, observed);
            }
            List<String> unexpected = errors.take();
            if (!unexpected.isEmpty()) {
                fail(one.line(), "the app failed where no errors were expected:" + indented(unexpected));
            }
        } catch (CaseFailure wrong) {
            fail(line, String.valueOf(wrong.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            fail(line, "interrupted");
        }
    }

    private void take(Step step, SiddhiHost host, Observed observed) throws InterruptedException {
        if (step instanceof Step.Send send) {
            Duration at = observed.hasAttribute(send.stream(), "at") ? null : send.at();
            Map<String, Node> event = new LinkedHashMap<>(send.event());
            if (at != null) {
                event.remove("at");
                moveTo(one.start().plus(at).toEpochMilli(), host);
            }
            observed.send(send.stream(), event, now.get());
            host.tick();
        } else if (step instanceof Step.Receive receive) {
            observed.push(receive.stream(), receive.payload(), receive.properties());
            host.tick();
        } else if (step instanceof Step.Advance advance) {
            moveTo(now.get() + advance.by().toMillis(), host);
        } else if (step instanceof Step.Expect expect) {
            difference(step, expect.target(), observed.compare(expect));
        } else if (step instanceof Step.ExpectPayloads expect) {
            difference(step, expect.stream() + " payloads", observed.compare(expect));
        } else if (step instanceof Step.ExpectErrors expect) {
            Comparison<String, String> comparison =
                    new Comparison<>((wanted, found) -> found.contains(wanted), wanted -> wanted, found -> found);
            difference(step, "errors", comparison.ordered(expect.texts(), errors.take()));
        } else {
            throw new AssertionError("step not handled: " + step);
        }
    }

    /** From timer to timer, so that each fires at its own time. */
    private void moveTo(long target, SiddhiHost host) throws InterruptedException {
        if (target < now.get()) {
            throw new CaseFailure("time does not go back: it is " + Instant.ofEpochMilli(now.get()) + " already");
        }
        int fired = 0;
        OptionalLong next = host.nextTimer();
        while (next.isPresent() && next.getAsLong() <= target) {
            if (++fired > MOST_TIMERS) {
                throw new CaseFailure("more than " + MOST_TIMERS + " timers fire in this time; advance by less");
            }
            now.set(Math.max(now.get(), next.getAsLong()));
            host.tick();
            next = host.nextTimer();
        }
        now.set(target);
        host.tick();
    }

    private void difference(Step step, String target, List<String> lines) {
        if (!lines.isEmpty()) {
            fail(step.line(), target + " differs (- expected, + found):" + indented(lines));
        }
    }

    private void fail(int line, String text) {
        failures.add(AppTests.at(file, line) + text);
    }

    private static String indented(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append("\n    ").append(line.replace("\n", "\n      ")));
        return text.toString();
    }

    private static Map<String, DataSourceConfig> inMemory(Set<String> names) {
        Map<String, DataSourceConfig> databases = new LinkedHashMap<>();
        for (String name : names) {
            String url = "jdbc:h2:mem:" + UUID.randomUUID();
            databases.put(name, new DataSourceConfig(url, "sa", new Secret(""), POOL, null, Map.of()));
        }
        return databases;
    }
}
