package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.stream.output.sink.SinkListener;
import io.siddhi.core.stream.output.sink.SinkMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.core.util.transport.TemplateBuilder;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.Options;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as JSON text, {@code {"event":{"name":value,…}}} or by the {@code @payload} of the app. Several threads may use it at the same time;
 * events are never modified.
 *
 * <ol>
 *   <li>An array of events becomes one JSON array, or one message per event without {@code event.grouping.enabled}. Whether Siddhi hands over one event
 *       or an array depends on how the event was sent; a batch of one is an array of one.
 *   <li>Null is the text {@code "undefined"}, or null with {@code enable.null.attribute.value}.
 *   <li>{@code NaN} and the infinities are texts, because JSON has no such numbers.
 *   <li>Maps are objects, collections and arrays are arrays; any other object is its text.
 *   <li>In a {@code @payload} values are put in as they are: a quote inside one breaks the document. {@code escape.values} escapes texts as JSON wants it
 *       between quotes.
 *   <li>With {@code validate.json} what is not JSON is not sent: the mapper throws, so that the {@code @OnError} of the stream decides about the event,
 *       or about the whole array it was part of.
 * </ol>
 */
@Extension(
        name = "json",
        namespace = "sinkMapper",
        description = "Writes events as JSON text, in a default format or by a template.",
        parameters = {
            @Parameter(
                    name = "validate.json",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false",
                    description = "Whether the text is checked before it is sent; the event fails if it is not JSON."),
            @Parameter(
                    name = "enclosing.element",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "$",
                    description = "Path of members that are put around the event or the array, for example $.a.b."),
            @Parameter(
                    name = "event.grouping.enabled",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true",
                    description = "Whether events that leave together are sent as one array."),
            @Parameter(
                    name = "enable.null.attribute.value",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false",
                    description = "Whether null is written as null instead of the text 'undefined'."),
            @Parameter(
                    name = "escape.values",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false",
                    description = "Whether texts are escaped before they are put into a @payload.")
        },
        examples =
                @Example(
                        syntax =
                                "@sink(type='inMemory', topic='t', @map(type='json', enable.null.attribute.value='true'))",
                        description = "Writes {\"event\":{\"symbol\":\"SLC\",\"price\":55.6}}."))
public final class JsonSinkMapper extends SinkMapper {

    private static final int FIRST_GUESS_OF_LENGTH = 128;

    private interface Format {
        void write(StringBuilder out, Event event);
    }

    private Format format = (out, event) -> {
        throw new IllegalStateException("used before init");
    };
    private String prefix = "";
    private String suffix = "";
    private String separator = ",";
    private boolean validating;
    private boolean grouping = true;

    /** For Siddhi. */
    public JsonSinkMapper() {}

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[0];
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder holder,
            @Nullable Map<String, TemplateBuilder> payloads,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                JsonSinkMapper.class,
                "map 'json' of sink '" + sinkType + "' of stream '" + stream.getId() + "'");
        validating = options.flag("validate.json", false);
        grouping = options.flag("event.grouping.enabled", true);
        boolean nulls = options.flag("enable.null.attribute.value", false);
        boolean escaping = options.flag("escape.values", false);
        enclose(options);
        if (payloads == null || payloads.isEmpty()) {
            EventWriter events = new EventWriter(stream.getAttributeList(), nulls ? "null" : "\"undefined\"");
            format = (out, event) -> events.write(out, event.getData());
        } else {
            TemplateBuilder payload = payloads.values().iterator().next();
            if (payloads.size() > 1) {
                options.problem("@payload must hold exactly one text, but holds " + payloads.size());
            } else if (payload.isObjectMessage()) {
                options.problem(
                        "@payload is an attribute itself; it must be a text, for example '{\"name\":\"{{name}}\"}'");
            }
            PayloadTemplate template = new PayloadTemplate(payload, nulls ? "null" : "undefined", escaping);
            format = template::write;
            separator = ",\n";
        }
        options.verify();
    }

    private void enclose(Options options) {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        try {
            for (JsonPath.Step step :
                    JsonPath.parse(options.text("enclosing.element", "$")).steps()) {
                if (!(step instanceof JsonPath.Step.Member member)) {
                    throw new IllegalArgumentException("array elements cannot be put around an event");
                }
                EventWriter.quote(before.append('{'), member.name());
                before.append(':');
                after.append('}');
            }
        } catch (IllegalArgumentException unusable) {
            options.problem("enclosing.element: " + unusable.getMessage());
        }
        prefix = before.toString();
        suffix = after.toString();
    }

    @Override
    public void mapAndSend(
            Event event, OptionHolder options, @Nullable Map<String, TemplateBuilder> payloads, SinkListener sink) {
        StringBuilder out = new StringBuilder(FIRST_GUESS_OF_LENGTH).append(prefix);
        format.write(out, event);
        send(out, sink);
    }

    @Override
    public void mapAndSend(
            Event[] events, OptionHolder options, @Nullable Map<String, TemplateBuilder> payloads, SinkListener sink) {
        if (!grouping) {
            for (Event event : events) {
                mapAndSend(event, options, payloads, sink);
            }
            return;
        }
        StringBuilder out = new StringBuilder(FIRST_GUESS_OF_LENGTH * events.length)
                .append(prefix)
                .append('[');
        for (int i = 0; i < events.length; i++) {
            if (i > 0) {
                out.append(separator);
            }
            format.write(out, events[i]);
        }
        send(out.append(']'), sink);
    }

    private void send(StringBuilder out, SinkListener sink) {
        String json = out.append(suffix).toString();
        if (validating) {
            validate(json);
        }
        sink.publish(json);
    }

    private static void validate(String json) {
        try (JsonParser parser = JsonFormat.FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new SiddhiAppRuntimeException("the event is not JSON, so it is not sent: there is no text");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new SiddhiAppRuntimeException(
                        "the event is not JSON, so it is not sent: there is something behind the" + " end"
                                + Misfit.place(parser.currentTokenLocation()));
            }
        } catch (JsonProcessingException notJson) {
            throw new SiddhiAppRuntimeException("the event is not JSON, so it is not sent: "
                    + notJson.getOriginalMessage() + Misfit.place(notJson.getLocation()));
        } catch (IOException unreadable) {
            throw new SiddhiAppRuntimeException("the event cannot be checked, so it is not sent", unreadable);
        }
    }
}
