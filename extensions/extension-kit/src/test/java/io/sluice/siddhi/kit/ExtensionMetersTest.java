package io.sluice.siddhi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.config.SiddhiContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExtensionMetersTest {

    private final SharedResources resources = resources();
    private final MeterRegistry registry = resources.meters();

    @AfterEach
    void close() {
        resources.close();
    }

    @Test
    void countUnderNamesThatAreTheSameForEverySource() {
        ExtensionMeters meters = ExtensionMeters.source(resources, "Orders", "In", "kafka");

        meters.count(3);
        meters.error();

        assertThat(registry.get("runner.source.events.received")
                        .tags("app", "Orders", "stream", "In", "type", "kafka")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("runner.source.errors").counter().count()).isEqualTo(1);
    }

    @Test
    void countWhatOnlyOneExtensionKnows() {
        ExtensionMeters meters = ExtensionMeters.sink(resources, "Orders", "Out", "websocket-server");

        meters.count("slow.consumers.disconnected", 1);
        meters.count("slow.consumers.disconnected", 2);

        assertThat(registry.get("runner.sink.slow.consumers.disconnected")
                        .tags("app", "Orders", "stream", "Out")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void tellDropsApartByReasonAndIntention() {
        ExtensionMeters meters = ExtensionMeters.sink(resources, "Orders", "Out", "websocket-server");

        meters.dropped("slow_consumer", true, 2);
        meters.dropped("slow_consumer", true, 1);
        meters.dropped("too_large", false, 1);

        assertThat(drops("slow_consumer", "true")).isEqualTo(3);
        assertThat(drops("too_large", "false")).isEqualTo(1);
    }

    @Test
    void leaveNothingBehindWhenClosed() {
        ExtensionMeters meters = ExtensionMeters.source(resources, "Orders", "In", "kafka");
        meters.gauge("connected", () -> 1);
        meters.dropped("too_large", false, 1);
        assertThat(registry.get("runner.source.connected").gauge().value()).isEqualTo(1);

        meters.close();

        assertThat(registry.getMeters()).isEmpty();
    }

    private double drops(String reason, String intentional) {
        return registry.get("runner.events.dropped")
                .tags("reason", reason, "intentional", intentional)
                .counter()
                .count();
    }

    private static SharedResources resources() {
        SiddhiAppContext app = new SiddhiAppContext();
        app.setSiddhiContext(new SiddhiContext());
        return SharedResources.of(app);
    }
}
