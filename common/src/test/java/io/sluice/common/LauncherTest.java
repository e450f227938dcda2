package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LauncherTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration SHORT_DEADLINE = Duration.ofMillis(400);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Launcher launcher = new Launcher(new PrintStream(errors, true, StandardCharsets.UTF_8));
    private final CountDownLatch never = new CountDownLatch(1);
    private final ErrorLog log = new ErrorLog();

    @BeforeEach
    void listenToTheLog() {
        log.start();
        ((Logger) LogManager.getLogger(Launcher.class)).addAppender(log);
    }

    @AfterEach
    void letEverythingGo() {
        never.countDown();
        ((Logger) LogManager.getLogger(Launcher.class)).removeAppender(log);
    }

    @Test
    void startsInOrderAndStopsInReverse() {
        int code = launcher.run(List.of(new Fake("a"), new Fake("b")), this::readyAndStop, DEADLINE);

        assertThat(events).containsExactly("start a", "start b", "ready", "close b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_OK);
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(log.lines).isEmpty();
    }

    @Test
    void closesWhatStartedWhenTheNextFails() {
        Fake failing = new Fake("b").failing(new IllegalStateException("port 1 is in use: set b.port"));

        int code = launcher.run(List.of(new Fake("a"), failing, new Fake("c")), this::readyAndStop, DEADLINE);

        assertThat(events).containsExactly("start a", "start b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isEqualTo("b: port 1 is in use: set b.port" + System.lineSeparator());
    }

    @Test
    void takesAConfigurationProblemForWrongUsage() {
        Fake failing = new Fake("a").failing(new ConfigException(List.of("apis/x.yaml:3: name: is missing")));

        int code = launcher.run(List.of(failing), this::readyAndStop, DEADLINE);

        assertThat(code).isEqualTo(Launcher.EXIT_USAGE);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isEqualTo("apis/x.yaml:3: name: is missing" + System.lineSeparator());
    }

    @Test
    void closesEverythingWhenReadyFails() {
        int code = launcher.run(
                List.of(new Fake("a")),
                () -> {
                    throw new IllegalStateException("no place to write to");
                },
                DEADLINE);

        assertThat(events).containsExactly("start a", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("ready: no place to write to");
    }

    @Test
    void interruptsWhatIsStartingWhenItIsStopped() {
        Fake slow = new Fake("b").whileStarting(() -> {
            launcher.stop();
            never.await();
        });

        int code = launcher.run(List.of(new Fake("a"), slow, new Fake("c")), this::readyAndStop, DEADLINE);

        assertThat(events).containsExactly("start a", "start b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_OK);
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void closesAServiceThatFinishesItsStartAfterTheStop() {
        Fake deaf = new Fake("a").whileStarting(launcher::stop);

        int code = launcher.run(List.of(deaf, new Fake("b")), this::readyAndStop, DEADLINE);

        assertThat(events).containsExactly("start a", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_OK);
    }

    @Test
    void abandonsAStartThatDoesNotListenAndClosesTheOthers() {
        Fake deaf = new Fake("b").whileStarting(() -> {
            launcher.stop();
            hang();
        });

        int code = launcher.run(List.of(new Fake("a"), deaf), this::readyAndStop, SHORT_DEADLINE);

        assertThat(events).containsExactly("start a", "start b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(log.lines).containsExactly("did not stop in time and is abandoned: b");
    }

    @Test
    void abandonsAHangingCloseAndClosesTheOthers() {
        Fake hanging = new Fake("b").whileClosing(this::hang);
        long begin = System.nanoTime();

        int code = launcher.run(List.of(new Fake("a"), hanging, new Fake("c")), this::readyAndStop, SHORT_DEADLINE);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(events).containsExactly("start a", "start b", "start c", "ready", "close c", "close b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(log.lines).containsExactly("did not stop in time and is abandoned: b");
    }

    @Test
    void closesTheOthersWhenOneCloseThrows() {
        Fake broken = new Fake("b").whileClosing(() -> {
            throw new IllegalStateException("disk full");
        });

        int code = launcher.run(List.of(new Fake("a"), broken), this::readyAndStop, DEADLINE);

        assertThat(events).endsWith("close b", "close a");
        assertThat(code).isEqualTo(Launcher.EXIT_FAILED);
        assertThat(log.lines).containsExactly("did not close cleanly: b");
    }

    @Test
    void logsAFaultInAServiceWithItsPlace() {
        launcher.run(
                List.of(new Fake("a").failing(new NullPointerException("x is null"))), this::readyAndStop, DEADLINE);

        assertThat(log.lines).containsExactly("did not start because of a fault in it: a");
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("a: x is null");
    }

    @Test
    void stopsWhenItsCallerIsInterrupted() throws Exception {
        CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            launcher.run(List.of(new Fake("a")), () -> events.add("ready"), DEADLINE);
            stillInterrupted.complete(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await().until(() -> events.contains("ready"));

        caller.interrupt();

        assertThat(stillInterrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events).containsExactly("start a", "ready", "close a");
    }

    private void readyAndStop() {
        events.add("ready");
        launcher.stop();
    }

    private void hang() {
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException deaf) {
                events.remove("interrupted"); // does not listen, on purpose
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private final class Fake implements Service {
        private final String name;
        private Step starting = () -> {};
        private Step closing = () -> {};

        private Fake(String name) {
            this.name = name;
        }

        Fake failing(RuntimeException failure) {
            return whileStarting(() -> {
                throw failure;
            });
        }

        Fake whileStarting(Step step) {
            starting = step;
            return this;
        }

        Fake whileClosing(Step step) {
            closing = step;
            return this;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() throws Exception {
            events.add("start " + name);
            starting.run();
        }

        @Override
        public void close() {
            events.add("close " + name);
            try {
                closing.run();
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Keeps the errors of the log, each with its service. */
    private static final class ErrorLog extends AbstractAppender {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        private ErrorLog() {
            super("errors", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            if (event.getLevel().isMoreSpecificThan(Level.ERROR)) {
                lines.add(event.getMessage().getFormattedMessage() + ": "
                        + event.getContextData().getValue("service"));
            }
        }
    }
}
