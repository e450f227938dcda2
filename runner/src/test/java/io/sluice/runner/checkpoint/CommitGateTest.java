package io.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.siddhi.kit.PositionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitGateTest {

    private final CommitGate gate = new CommitGate();
    private final List<Object> committed = new ArrayList<>();
    private final PositionListener source = new PositionListener() {
        @Override
        public void processed(Map<String, Object> position) {
            throw new AssertionError("not the gate's to say");
        }

        @Override
        public void durable(Map<String, Object> position) {
            committed.add(position.get("offset"));
        }
    };

    @Test
    void holdsAPositionBackUntilACheckpointWithItIsSaved() {
        reached(1);
        gate.taken("100");
        reached(2);
        assertThat(committed).isEmpty();

        gate.saved("100");
        assertThat(committed).containsExactly(1);

        gate.taken("200");
        gate.saved("200");
        assertThat(committed).containsExactly(1, 2);
    }

    @Test
    void commitsNothingForACheckpointThatWasNotSaved() {
        reached(1);
        gate.taken("100");
        reached(2);
        gate.taken("200");

        gate.saved("200");
        gate.saved("100"); // slower than the later one

        assertThat(committed).containsExactly(2);
    }

    @Test
    void commitsAPositionOnce() {
        reached(1);
        gate.taken("100");
        gate.saved("100");
        gate.taken("200");
        gate.saved("200");

        assertThat(committed).containsExactly(1);
    }

    @Test
    void remembersOnlyTheLastCheckpointsWhileNoneCanBeSaved() {
        for (int number = 1; number <= 1_000; number++) {
            reached(number);
            gate.taken(String.valueOf(number));
        }
        gate.saved("1");
        assertThat(committed).isEmpty();

        gate.saved("1000");
        assertThat(committed).containsExactly(1_000);
    }

    private void reached(int offset) {
        gate.processed("In", source, Map.of("offset", offset));
    }
}
