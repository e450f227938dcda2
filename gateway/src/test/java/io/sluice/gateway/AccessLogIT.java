package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log says of a connection, with everything switched on. */
class AccessLogIT {

    @TempDir
    Path apis;

    private final Lines lines = new Lines();
    private final LoggerConfig root =
            LoggerContext.getContext(false).getConfiguration().getRootLogger();
    private final List<Appender> others = List.copyOf(root.getAppenders().values());

    @BeforeEach
    void listen() {
        lines.start();
        others.forEach(other -> root.removeAppender(other.getName()));
        root.addAppender(lines, Level.ALL, null);
        Configurator.setLevel("io.sluice", Level.ALL);
        Configurator.setLevel("io.vertx", Level.ALL);
    }

    @AfterEach
    void stop() {
        root.removeAppender(lines.getName());
        others.forEach(other -> root.addAppender(other, null, null));
        Configurator.setLevel("io.sluice", Level.WARN);
        Configurator.setLevel("io.vertx", Level.WARN);
    }

    @Test
    void namesEveryConnectionAndNeverAToken() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(apis).start()) {
            gateway.answerTo("/productions/1.0", "Authorization: Bearer forged.secret.token");
            gateway.answerTo("/productions/1.0", "Sec-WebSocket-Protocol: bearer.other.secret.token");
            try (JdkClient client =
                    JdkClient.open(gateway.productions(), null, "json", "bearer." + FakeVerifier.GOOD)) {
                gateway.upstream.sendText("secret payload");
                await().until(() -> client.texts.size() == 1);
            }
            await().until(() -> lines.all.stream().anyMatch(line -> line.contains("closed") && line.contains("alice")));
        }

        assertThat(lines.all).anyMatch(line -> line.contains("handshake refused") && line.contains("GTW-302"));
        assertThat(lines.all)
                .anyMatch(line -> line.contains("opened") && line.contains("alice") && line.contains("productions"));
        assertThat(lines.all).noneMatch(line -> line.contains("secret") || line.contains(FakeVerifier.GOOD));
    }

    @Test
    void showsThatConnectionsAreSpreadOverTheEventLoops() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
        try (GatewayFixture gateway = new GatewayFixture(apis).start()) {
            for (int i = 0; i < 8; i++) {
                gateway.answerTo("/productions/1.0", "Authorization: Bearer " + FakeVerifier.GOOD);
            }
            await().until(() -> lines.openedOn.size() == 8);
        }

        assertThat(lines.openedOn.stream().distinct()).hasSizeGreaterThan(1);
    }

    private static final class Lines extends AbstractAppender {
        private final List<String> all = new CopyOnWriteArrayList<>();
        private final List<String> openedOn = new CopyOnWriteArrayList<>();

        private Lines() {
            super("lines", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            String message = event.getMessage().getFormattedMessage();
            all.add(message + " " + event.getContextData().toMap() + " " + event.getThrown());
            if (message.equals("opened")) {
                openedOn.add(event.getThreadName());
            }
        }
    }
}
