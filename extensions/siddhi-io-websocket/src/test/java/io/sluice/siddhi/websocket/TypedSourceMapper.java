package io.sluice.siddhi.websocket;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.MappingFailedException;
import io.siddhi.core.stream.input.source.AttributeMapping;
import io.siddhi.core.stream.input.source.InputEventHandler;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code @map(type='typed')}: attribute (payload string) becomes {@code text:…} or {@code bytes:…}; the payload {@code unmappable} fails. */
public final class TypedSourceMapper extends SourceMapper {

    /** For Siddhi. */
    public TypedSourceMapper() {}

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder options,
            List<AttributeMapping> mappings,
            ConfigReader system,
            SiddhiAppContext app) {
        // nothing to prepare
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class};
    }

    @Override
    protected void mapAndProcess(Object payload, InputEventHandler handler)
            throws MappingFailedException, InterruptedException {
        if ("unmappable".equals(payload)) {
            throw new MappingFailedException(List.of(new ErroneousEvent(payload, "on purpose")), "on purpose");
        }
        Event event = new Event(1);
        event.getData()[0] = payload instanceof byte[] bytes
                ? "bytes:" + new String(bytes, StandardCharsets.UTF_8)
                : "text:" + payload;
        handler.sendEvent(event);
    }

    @Override
    protected boolean allowNullInTransportProperties() {
        return true;
    }
}
