package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {

    @Test
    void worksWithoutAnySetting() {
        GatewayConfig config = read(Map.of());

        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.apis()).isNull();
        assertThat(config.issuers()).isEmpty();
        assertThat(config.authorizationServer().enabled()).isTrue();
        assertThat(config.limits().maxEvent().bytes()).isEqualTo(16 << 20);
        assertThat(config.limits().handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void reportsEveryBadBoundAtOnce() {
        Map<String, String> bad = Map.of(
                "port",
                "65536",
                "limits.max-connections",
                "0",
                "limits.handshake-timeout",
                "10ms",
                "limits.max-event",
                "2GiB");

        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port")
                .hasMessageContaining("max-connections")
                .hasMessageContaining("handshake-timeout")
                .hasMessageContaining("max-event");
    }

    private static GatewayConfig read(Map<String, String> settings) {
        return ConfigFile.read(null, GatewayConfig.class, Map.of(), settings);
    }
}
