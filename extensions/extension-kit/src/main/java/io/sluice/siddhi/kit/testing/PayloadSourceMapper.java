package io.sluice.siddhi.kit.testing;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.MappingFailedException;
import io.siddhi.core.stream.input.source.AttributeMapping;
import io.siddhi.core.stream.input.source.InputEventHandler;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code @map(type='payload')} of contract tests: the whole payload as text is the first attribute. Registered by the contracts. */
public final class PayloadSourceMapper extends SourceMapper {

    private int attributes;

    /** For Siddhi. */
    public PayloadSourceMapper() {}

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder options,
            List<AttributeMapping> mappings,
            ConfigReader system,
            SiddhiAppContext app) {
        attributes = stream.getAttributeList().size();
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    @Override
    protected void mapAndProcess(Object payload, InputEventHandler handler)
            throws MappingFailedException, InterruptedException {
        Event event = new Event(attributes);
        event.getData()[0] = text(payload);
        handler.sendEvent(event);
    }

    @Override
    protected boolean allowNullInTransportProperties() {
        return true;
    }

    private static String text(Object payload) throws MappingFailedException {
        if (payload instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (payload instanceof ByteBuffer buffer) {
            return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
        }
        if (payload instanceof String text) {
            return text;
        }
        throw new MappingFailedException("payload of " + payload.getClass().getName() + " is neither text nor bytes");
    }
}
