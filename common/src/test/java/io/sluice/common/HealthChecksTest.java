package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.HealthChecks.State;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    private final HealthChecks health = new HealthChecks();

    @Test
    void asksEveryCheckEachTime() {
        AtomicReference<State> kafka = new AtomicReference<>(new State(false, "connecting"));
        health.register("kafka", kafka::get);
        assertThat(health.states()).containsEntry("kafka", new State(false, "connecting"));

        kafka.set(new State(true, "connected"));

        assertThat(health.states()).containsEntry("kafka", new State(true, "connected"));
    }

    @Test
    void sortsByName() {
        health.register("b", () -> new State(true, ""));
        health.register("a", () -> new State(true, ""));

        assertThat(health.states().keySet()).containsExactly("a", "b");
    }

    @Test
    void takesACheckThatThrowsForDown() {
        health.register("broken", () -> {
            throw new IllegalArgumentException("no idea");
        });

        State state = health.states().get("broken");

        assertThat(state.up()).isFalse();
        assertThat(state.detail()).contains("no idea");
    }

    @Test
    void forgetsWhatIsUnregistered() {
        health.register("app", () -> new State(false, "stopped"));

        health.unregister("app");

        assertThat(health.states()).isEmpty();
    }
}
