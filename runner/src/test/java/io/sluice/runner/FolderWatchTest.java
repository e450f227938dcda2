package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.sluice.common.HealthChecks;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import io.sluice.runner.host.Durability;
import io.sluice.runner.host.HostLimits;
import io.sluice.runner.host.LaneSources;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each look at the folder leads to. */
@Timeout(60)
class FolderWatchTest {

    private static final String APP = "@App:name('A') define stream In (v long); from In select v insert into Out;";

    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SiddhiManager manager = new SiddhiManager();
    private final SharedResources resources = new SharedResources(vertx, meters, Clock.systemUTC(), new LaneSources());
    private final AppCatalog catalog = new AppCatalog();
    private Checkpoints checkpoints;
    private AppDeployer deployer;
    private FolderWatch watch;
    private Path folder;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(home.resolve("apps"));
        file = folder.resolve("A.siddhi");
        manager.setAttribute(SharedResources.ATTRIBUTE, resources);
        checkpoints = new Checkpoints(
                new FileCheckpointStore(home.resolve("checkpoints"), 3),
                Duration.ofMinutes(5),
                Clock.systemUTC(),
                meters);
        deployer = new AppDeployer(
                manager,
                new AppCheck(Map.of(), vertx),
                new SiddhiHost.Environment(
                        new HostLimits(64, 4), Clock.systemUTC(), meters, failure -> {}, Durability.IMMEDIATE),
                checkpoints,
                catalog,
                new HealthChecks(),
                Duration.ofSeconds(10));
        watch = new FolderWatch(new AppFolder(folder), deployer);
    }

    @AfterEach
    void close() {
        watch.close();
        deployer.close();
        checkpoints.close();
        manager.shutdown();
        resources.close();
        vertx.close();
    }

    private List<String> active() {
        return catalog.all().stream()
                .filter(AppCatalog.Entry::isActive)
                .map(AppCatalog.Entry::name)
                .toList();
    }

    @Test
    void waitsForAFileThatIsStillBeingWritten() throws IOException {
        Files.writeString(file, APP.substring(0, 30));
        watch.look();
        Files.writeString(file, APP);
        watch.look();
        assertThat(catalog.all()).isEmpty();

        watch.look();
        assertThat(active()).containsExactly("A");
    }

    @Test
    void forgetsAFileOnlyOnceItIsGoneForTwoLooks() throws IOException {
        Files.writeString(file, APP);
        watch.deployAll(() -> false);
        Files.delete(file);
        watch.look();
        assertThat(active()).containsExactly("A");

        watch.look();
        assertThat(catalog.all()).isEmpty();
    }

    @Test
    void keepsAllAppsWhenTheFolderVanishes() throws IOException {
        Files.writeString(file, APP);
        watch.deployAll(() -> false);
        Files.move(folder, home.resolve("unmounted"));

        assertThatThrownBy(watch::look).isInstanceOf(IOException.class);
        assertThatThrownBy(watch::look).isInstanceOf(IOException.class);
        assertThat(active()).containsExactly("A");
    }

    @Test
    void doesNotLetAFileTakeTheNameOfAnothersApp() throws IOException {
        Files.writeString(file, APP);
        watch.deployAll(() -> false);
        Files.writeString(folder.resolve("B.siddhi"), APP);
        watch.look();
        watch.look();

        assertThat(active()).containsExactly("A");
        assertThat(catalog.find("B").orElseThrow().state())
                .isInstanceOfSatisfying(
                        AppCatalog.State.Failed.class,
                        failed -> assertThat(failed.reason()).contains("is named 'A', but its file 'B.siddhi'"));
    }

    @Test
    void keepsAnAppWhoseFileIsGivenAnotherName() throws IOException {
        Files.writeString(file, APP);
        watch.deployAll(() -> false);
        Files.writeString(file, APP.replace("'A'", "'Other'"));
        watch.look();
        watch.look();

        assertThat(catalog.all()).extracting(AppCatalog.Entry::name).containsExactly("A");
        assertThat(catalog.find("A").orElseThrow().state())
                .isInstanceOfSatisfying(
                        AppCatalog.State.Kept.class,
                        kept -> assertThat(kept.reason()).contains("is named 'Other', but its file 'A.siddhi'"));
    }
}
