package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.sluice.common.HealthChecks;
import io.sluice.kafka.embedded.EmbeddedBroker;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.HostLimits;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An app that comes and goes again and again in one process leaves nothing behind: no thread, no meter, no object of the engine, no heap. */
@Timeout(120)
class RedeployIT {

    private static final int WARM_UP = 5;
    private static final int ROUNDS = 50;
    private static final long ALLOWED_GROWTH = 4 << 20;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SiddhiManager manager = new SiddhiManager();
    private final SharedResources resources = new SharedResources(vertx, meters, Clock.systemUTC(), new LaneSources());
    private EmbeddedBroker broker;
    private Checkpoints checkpoints;
    private AppDeployer deployer;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        broker = new EmbeddedBroker(folder.resolve("kafka"), 0);
        broker.start();
        broker.createTopic("in", 1);
        broker.createTopic("out", 1);
        manager.setAttribute(SharedResources.ATTRIBUTE, resources);
        checkpoints = new Checkpoints(
                new FileCheckpointStore(folder.resolve("checkpoints"), 3),
                Duration.ofSeconds(1),
                Clock.systemUTC(),
                meters);
        deployer = new AppDeployer(
                manager,
                new AppCheck(Map.of(), vertx),
                new SiddhiHost.Environment(
                        new HostLimits(64, 4), Clock.systemUTC(), meters, failure -> {}, Durability.IMMEDIATE),
                checkpoints,
                new AppCatalog(),
                new HealthChecks(),
                Duration.ofSeconds(10));
        String kafka = "bootstrap.servers='" + broker.bootstrapServers() + "', @map(type='json'))";
        file = Files.writeString(
                folder.resolve("Again.siddhi"),
                "@App:name('Again')\n@source(type='kafka', topic.list='in', partition.no.list='0', group.id='again',"
                        + " threading.option='single.thread', " + kafka
                        + "\ndefine stream In (k string, v long);\n@sink(type='kafka', topic='out', " + kafka
                        + "\ndefine stream Out (k string, total long);\n"
                        + "define trigger Tick at every 10 millisec;\ndefine table Last (k string, v long);\n"
                        + "from Tick select 'tick' as k, triggered_time as total insert into Out;\n"
                        + "from In select k, v update or insert into Last set Last.v = v on Last.k == k;\n"
                        + "partition with (k of In) begin"
                        + " from In#window.time(1 hour) select k, sum(v) as total insert into Out; end;\n");
    }

    @AfterEach
    void close() {
        deployer.close();
        checkpoints.close();
        manager.shutdown();
        resources.close();
        vertx.close();
        broker.close();
    }

    @Test
    void leavesNothingBehind() throws Exception {
        rounds(WARM_UP);
        Left before = left();

        rounds(ROUNDS);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ownThreads()).isEmpty());
        Left after = left();
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads());
        assertThat(after.meters()).as("meters").isEqualTo(before.meters());
        assertThat(after.apps()).as("app contexts of the engine").isLessThanOrEqualTo(before.apps());
        assertThat(after.heap()).as("bytes of heap").isLessThan(before.heap() + ALLOWED_GROWTH);
    }

    private void rounds(int number) {
        for (int round = 0; round < number; round++) {
            assertThat(deployer.deploy(file)).isInstanceOf(DeployResult.Deployed.class);
            await().until(() -> sent() > 0);
            assertThat(deployer.undeploy("Again")).isTrue();
            assertThat(deployer.undeploy("Again")).isFalse();
        }
    }

    private double sent() {
        return meters.get("runner.sink.events.sent")
                .tag("app", "Again")
                .counter()
                .count();
    }

    private record Left(int threads, int meters, long apps, long heap) {}

    private Left left() throws Exception {
        await().atMost(Duration.ofSeconds(10)).until(() -> ownThreads().isEmpty());
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()}); // collects garbage first
        long apps = histogram
                .lines()
                .filter(line -> line.contains(" io.siddhi.core.config.SiddhiAppContext"))
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[1]))
                .sum();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Left(Thread.activeCount(), meters.getMeters().size(), apps, heap);
    }

    /** Threads of the app; Siddhi's own last one ends two seconds after it. */
    private static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("Again") || name.startsWith("kafka-producer-network-thread"))
                .toList();
    }
}
