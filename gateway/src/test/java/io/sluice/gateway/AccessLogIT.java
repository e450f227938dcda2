package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
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
    private final LoggerContext context = LoggerContext.getContext(false);

    @BeforeEach
    void listen() {
        lines.start();
        context.getConfiguration().getRootLogger().addAppender(lines, Level.ALL, null);
        Configurator.setLevel("io.sluice", Level.ALL);
        Configurator.setLevel("io.vertx", Level.ALL);
    }

    @AfterEach
    void stop() {
        context.getConfiguration().getRootLogger().removeAppender(lines.getName());
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

    private static final class Lines extends AbstractAppender {
        private final List<String> all = new CopyOnWriteArrayList<>();

        private Lines() {
            super("lines", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            all.add(event.getMessage().getFormattedMessage() + " "
                    + event.getContextData().toMap() + " " + event.getThrown());
        }
    }
}
