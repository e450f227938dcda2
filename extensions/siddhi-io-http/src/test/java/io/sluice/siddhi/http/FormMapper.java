package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.source.AttributeMapping;
import io.siddhi.core.stream.input.source.InputEventHandler;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.util.List;
import java.util.Map;

/** {@code @map(type='form', key='…')} of tests: one field of a map is the first attribute. */
@Extension(
        name = "form",
        namespace = "sourceMapper",
        description = "For tests.",
        examples = @Example(syntax = "-", description = "-"))
public final class FormMapper extends SourceMapper {

    private String key;

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder options,
            List<AttributeMapping> mappings,
            ConfigReader system,
            SiddhiAppContext app) {
        key = options.validateAndGetStaticValue("key");
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {Map.class};
    }

    @Override
    protected void mapAndProcess(Object payload, InputEventHandler handler) throws InterruptedException {
        Event event = new Event(1);
        event.getData()[0] = ((Map<?, ?>) payload).get(key);
        handler.sendEvent(event);
    }

    @Override
    protected boolean allowNullInTransportProperties() {
        return true;
    }
}
