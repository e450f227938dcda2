package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.event.Event;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReplayRequestTest {

    private static ReplayRequest request(Object... fields) {
        return ReplayRequest.of(new Event(0, fields));
    }

    @Test
    void readsTopicPartitionAndOffsetsAsTextOrNumbers() {
        ReplayRequest expected = new ReplayRequest(new TopicPartition("t", 2), 5, 9);

        assertThat(request("t", "2", "5", "9")).isEqualTo(expected);
        assertThat(request(" t", 2, 5L, " 9 ")).isEqualTo(expected);
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        assertThatThrownBy(() -> request("t", "0", "1")).hasMessageContaining("has 3 attributes, but must have topic");
        assertThatThrownBy(() -> request(null, "0", "1", "2"))
                .hasMessageContaining("topic of a replay request is empty");
        assertThatThrownBy(() -> request("t", "first", "1", "2"))
                .hasMessageContaining("the partition of a replay request is 'first'");
        assertThatThrownBy(() -> request("t", "0", "-1", "2")).hasMessageContaining("startOffset");
        assertThatThrownBy(() -> request("t", "0", "1", null)).hasMessageContaining("endOffset");
        assertThatThrownBy(() -> request("t", "0", "3", "2")).hasMessageContaining("before its startOffset 3");
        assertThatThrownBy(() -> request("t", "9999999999", "1", "2")).hasMessageContaining("too large");
    }
}
