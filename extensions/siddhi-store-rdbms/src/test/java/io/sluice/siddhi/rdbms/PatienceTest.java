package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private final List<Long> pauses = new ArrayList<>();
    private final Patience patience = new Patience(Duration.ofSeconds(10), pauses::add);

    @Test
    void repeatsUntilTheDatabaseIsBack() {
        String answer = patience.repeat(() -> {
            if (pauses.size() < 3) {
                throw new ConnectionUnavailableException("away");
            }
            return "back";
        });

        assertThat(answer).isEqualTo("back");
        assertThat(pauses).containsExactly(100L, 200L, 400L);
    }

    @Test
    void givesUpInTheEnd() {
        assertThatThrownBy(() -> patience.repeat(() -> {
                    throw new ConnectionUnavailableException("away");
                }))
                .isInstanceOf(SiddhiAppRuntimeException.class)
                .hasMessageContaining("away; gave up after PT11.3S");
        assertThat(pauses).last().isEqualTo(5_000L);
    }
}
