package io.sluice.siddhi.kafka;

import io.siddhi.core.stream.input.source.SourceEventListener;
import io.sluice.siddhi.kit.BatchScope;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Hands each record over as it comes, and the position behind each batch. */
final class DirectIntake implements Intake {

    private final SourceEventListener listener;
    private final RecordReader reader;
    private final RecordProperties properties;
    private final Supplier<KafkaSourceState> state;

    DirectIntake(
            SourceEventListener listener,
            RecordReader reader,
            RecordProperties properties,
            Supplier<KafkaSourceState> state) {
        this.listener = listener;
        this.reader = reader;
        this.properties = properties;
        this.state = state;
    }

    @Override
    public void feed(
            BatchScope scope, List<ConsumerRecord<Object, Object>> batch, Supplier<Map<TopicPartition, Long>> behind)
            throws InterruptedException {
        scope.begin();
        for (ConsumerRecord<Object, Object> polled : batch) {
            Object payload = reader.payload(polled);
            if (payload != null) {
                listener.onEvent(payload, properties.of(polled));
            }
        }
        scope.end(new Position(behind.get(), reader.sequences()).toMap());
    }

    @Override
    public void processed(Map<String, Object> position) {
        state.get().move(this, Position.from(position));
    }

    @Override
    public void restart(Position restored) {
        reader.continueAfter(restored.sequences());
    }
}
