package io.sluice.siddhi.kit.testing;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.sink.SinkListener;
import io.siddhi.core.stream.output.sink.SinkMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.core.util.transport.TemplateBuilder;
import io.siddhi.query.api.definition.StreamDefinition;
import java.util.Map;

/** {@code @map(type='payload')} of contract tests: the first attribute as text is the whole payload. Registered by the contracts. */
public final class PayloadSinkMapper extends SinkMapper {

    /** For Siddhi. */
    public PayloadSinkMapper() {}

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder options,
            Map<String, TemplateBuilder> templates,
            ConfigReader system,
            SiddhiAppContext app) {
        // nothing to prepare
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public void mapAndSend(
            Event[] events, OptionHolder options, Map<String, TemplateBuilder> templates, SinkListener sink) {
        for (Event event : events) {
            mapAndSend(event, options, templates, sink);
        }
    }

    @Override
    public void mapAndSend(
            Event event, OptionHolder options, Map<String, TemplateBuilder> templates, SinkListener sink) {
        sink.publish(String.valueOf(event.getData()[0]));
    }
}
