package io.sluice.siddhi.kafka;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.sluice.siddhi.kit.ExtensionMeters;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps records that a deserializer of {@code optional.configuration} cannot read: counted, logged without their content, and put into the error store. */
final class PoisonRecords {

    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecords.class);

    private final SiddhiAppContext app;
    private final String stream;
    private final ExtensionMeters meters;

    PoisonRecords(SiddhiAppContext app, String stream, ExtensionMeters meters) {
        this.app = app;
        this.stream = stream;
        this.meters = meters;
    }

    /** Called before the record is skipped. */
    void keep(RecordDeserializationException poison) {
        meters.dropped("undeserializable", false, 1);
        String place = poison.topicPartition() + " at offset " + poison.offset();
        LOG.atWarn()
                .addKeyValue("record", place)
                .addKeyValue("error", String.valueOf(poison.getCause()))
                .log("record skipped: the deserializer of optional.configuration cannot read it");
        ErrorStore store = app.getSiddhiContext().getErrorStore();
        ByteBuffer value = poison.valueBuffer();
        if (store != null && value != null) {
            byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            ErroneousEvent failed = new ErroneousEvent(bytes, poison, "cannot be deserialized: " + place);
            failed.setOriginalPayload(bytes);
            store.saveMappingError(app.getName(), List.of(failed), stream);
        }
    }
}
