package io.sluice.siddhi.keyvalue;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.sink.SinkListener;
import io.siddhi.core.stream.output.sink.SinkMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.core.util.transport.TemplateBuilder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.Options;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event as a {@code Map} of its own.
 *
 * <p><b>Default mapping:</b> names of attributes to their values. <b>Custom mapping:</b> {@code @payload(a='symbol', b='{{price}} dollars')}: the name of
 * an attribute alone gives its value as it is, anything else is a text with {@code {{…}}} filled in.
 */
@Extension(
        name = "keyvalue",
        namespace = "sinkMapper",
        description = "Writes events as maps of keys and values.",
        examples =
                @Example(
                        syntax =
                                "@sink(type='inMemory', topic='t', @map(type='keyvalue', @payload(s='symbol', p='price')))",
                        description = "A map with the keys s and p for each event."))
public final class KeyValueSinkMapper extends SinkMapper {

    private String[] names = new String[0];

    /** For Siddhi. */
    public KeyValueSinkMapper() {}

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder holder,
            @Nullable Map<String, TemplateBuilder> payloads,
            ConfigReader system,
            SiddhiAppContext app) {
        names = stream.getAttributeNameArray();
        new Options(
                        holder,
                        system,
                        KeyValueSinkMapper.class,
                        "map 'keyvalue' of a sink of stream '" + stream.getId() + "'")
                .verify();
    }

    @Override
    public void mapAndSend(
            Event[] events, OptionHolder options, @Nullable Map<String, TemplateBuilder> payloads, SinkListener sink) {
        for (Event event : events) {
            mapAndSend(event, options, payloads, sink);
        }
    }

    @Override
    public void mapAndSend(
            Event event, OptionHolder options, @Nullable Map<String, TemplateBuilder> payloads, SinkListener sink) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (payloads == null) {
            for (int i = 0; i < names.length; i++) {
                map.put(names[i], event.getData(i));
            }
        } else {
            payloads.forEach((key, template) -> map.put(key, template.build(event)));
        }
        sink.publish(map);
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Map.class};
    }
}
