package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.MappingFailedException;
import io.siddhi.core.stream.input.source.AttributeMapping;
import io.siddhi.core.stream.input.source.InputEventHandler;
import io.siddhi.core.stream.input.source.SourceMapper;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.Options;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads events from JSON in one pass. Takes text, UTF-8 bytes and byte buffers; may be used by several threads of a source at the same time.
 *
 * <p><b>Default mapping:</b> one object, or an array of them, each with or without {@code {"event": …}} around it (the word in any case). A lone
 * object may hold nothing but attributes of the stream; in arrays other members are skipped.
 *
 * <p><b>Custom mapping:</b> each attribute has a path ({@code $.a.b}, {@code a.b}, {@code $['a']}, {@code $.a[0].b}) relative to the enclosing
 * element, or to each element of it if it is an array.
 *
 * <p><b>Values:</b>
 *
 * <ol>
 *   <li>A number is accepted if the type can hold its size, however it is written: {@code 450} is a {@code double}, {@code 5.0} and {@code 1e3} are an
 *       {@code int}. A fraction is no {@code int} or {@code long}. Decimals round to the nearest {@code double} or {@code float}; what is beyond the
 *       largest one does not fit. (The published mapper refused integers for {@code double} in lone objects and accepted them in arrays.)
 *   <li>{@code float} and {@code double} also take the texts {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}: the sink mapper writes them
 *       so because JSON has no such numbers.
 *   <li>In arrays and in custom mappings numbers and booleans may be written as text, {@code "55"}; in a lone object with default mapping not.
 *   <li>{@code string} takes any value: scalars as written, objects and arrays as compact JSON. {@code object} takes any value: maps, lists, scalars.
 *   <li>{@code null} is null for every type and is not the same as missing. An attribute with two values does not fit.
 * </ol>
 *
 * <p><b>What does not fit</b> is reported by {@code MappingFailedException} with path, reason and place, and reaches the error store of the host. In
 * an array the other elements flow. A document that is not JSON at all fails as a whole: broken syntax, bytes that are not UTF-8, anything behind the
 * end, deeper than 1,000 levels, a text of more than 64 Mi characters, a number of more than 1,000. A byte order mark is skipped.
 */
@Extension(
        name = "json",
        namespace = "sourceMapper",
        description = "Reads events from JSON, text or UTF-8 bytes, with default or custom mapping.",
        parameters = {
            @Parameter(
                    name = "enclosing.element",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "$",
                    description = "Path of the element that is or holds the events. Only with custom mapping."),
            @Parameter(
                    name = "fail.on.missing.attribute",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true",
                    description = "Whether an event fails that lacks an attribute; the attribute is null otherwise."),
            @Parameter(
                    name = "event.grouping.enabled",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true",
                    description = "Whether the events of an array enter the app together or one by one.")
        },
        examples =
                @Example(
                        syntax =
                                "@source(type='inMemory', topic='t', @map(type='json', enclosing.element='$.portfolio',"
                                        + " @attributes(symbol='stock.symbol', price='stock.price')))",
                        description = "One event for each element of 'portfolio'."))
public final class JsonSourceMapper extends SourceMapper {

    private static final Logger LOG = LoggerFactory.getLogger(JsonSourceMapper.class);

    private @Nullable DocumentReader documents;
    private boolean failOnMissing = true;
    private boolean grouping = true;

    /** For Siddhi. */
    public JsonSourceMapper() {}

    @Override
    public void init(
            StreamDefinition stream,
            OptionHolder holder,
            List<AttributeMapping> mappings,
            ConfigReader system,
            SiddhiAppContext app) {
        Options options = new Options(
                holder,
                system,
                JsonSourceMapper.class,
                "map 'json' of source '" + sourceType + "' of stream '" + stream.getId() + "'");
        failOnMissing = options.flag("fail.on.missing.attribute", true);
        grouping = options.flag("event.grouping.enabled", true);
        JsonPath enclosing = path(options, "enclosing.element", options.text("enclosing.element", "$"));
        if (mappings.isEmpty()) {
            documents = byName(stream);
            if (!enclosing.steps().isEmpty()) {
                LOG.warn("stream '{}': 'enclosing.element' is ignored without @attributes", stream.getId());
            }
        } else {
            documents = byPath(stream, mappings, enclosing, options);
        }
        options.verify();
    }

    private DocumentReader byName(StreamDefinition stream) {
        PathTree paths = new PathTree();
        List<Attribute> attributes = stream.getAttributeList();
        for (int i = 0; i < attributes.size(); i++) {
            paths.add(
                    new JsonPath(
                            "$",
                            List.of(new JsonPath.Step.Member(attributes.get(i).getName()))),
                    i);
        }
        int[] all = IntStream.range(0, attributes.size()).toArray();
        return new DocumentReader(
                JsonPath.parse("$"),
                new EventReader(stream, paths, all, new EventReader.Rules(true, true, false, failOnMissing)),
                new EventReader(stream, paths, all, new EventReader.Rules(true, false, true, failOnMissing)));
    }

    private DocumentReader byPath(
            StreamDefinition stream, List<AttributeMapping> mappings, JsonPath enclosing, Options options) {
        PathTree paths = new PathTree();
        for (AttributeMapping mapping : mappings) {
            paths.add(path(options, "@attributes " + mapping.getName(), mapping.getMapping()), mapping.getPosition());
        }
        int[] mapped = mappings.stream().mapToInt(AttributeMapping::getPosition).toArray();
        EventReader events =
                new EventReader(stream, paths, mapped, new EventReader.Rules(false, false, true, failOnMissing));
        return new DocumentReader(enclosing, events, events);
    }

    private static JsonPath path(Options options, String option, String text) {
        try {
            return JsonPath.parse(text);
        } catch (IllegalArgumentException unreadable) {
            options.problem(option + ": " + unreadable.getMessage());
            return JsonPath.parse("$");
        }
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {String.class, byte[].class, ByteBuffer.class};
    }

    @Override
    protected boolean allowNullInTransportProperties() {
        return !failOnMissing;
    }

    @Override
    protected void mapAndProcess(Object payload, InputEventHandler handler)
            throws MappingFailedException, InterruptedException {
        MappedEvents mapped = map(payload);
        List<Event> events = mapped.events();
        if (mapped.isSeveral() && grouping) {
            if (!events.isEmpty()) {
                handler.sendEvents(events.toArray(new Event[0]));
            }
        } else {
            for (int i = 0; i < events.size(); i++) {
                handler.sendEvent(events.get(i));
            }
        }
        List<ErroneousEvent> failures = mapped.failures();
        if (!failures.isEmpty()) {
            throw new MappingFailedException(
                    failures,
                    failures.size() + " of " + (failures.size() + events.size()) + " elements do not fit, the first: "
                            + failures.get(0).getCause());
        }
    }

    private MappedEvents map(Object payload) throws MappingFailedException {
        Object content = content(payload);
        MappedEvents mapped = new MappedEvents(content);
        try (JsonParser parser = content instanceof String text
                ? JsonFormat.FACTORY.createParser(text)
                : JsonFormat.FACTORY.createParser((byte[]) content)) {
            if (documents == null) {
                throw new IllegalStateException("used before init");
            }
            documents.read(parser, mapped);
            return mapped;
        } catch (Misfit misfit) {
            throw failed(payload, misfit, misfit.reason());
        } catch (JsonProcessingException notJson) {
            throw failed(
                    payload,
                    notJson,
                    "$: not JSON: " + notJson.getOriginalMessage() + Misfit.place(notJson.getLocation()));
        } catch (IOException unreadable) {
            throw failed(payload, unreadable, "$: cannot be read: " + unreadable.getMessage());
        }
    }

    private static Object content(Object payload) throws MappingFailedException {
        if (payload instanceof byte[]) {
            return payload;
        }
        if (payload instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length == text.length()) {
                return bytes; // all ASCII, and bytes are read faster; other text stays as it is, for it may not survive
                // as UTF-8
            }
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
        if (payload instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        String reason = "Invalid JSON object received. Expected String, but found "
                + payload.getClass().getCanonicalName();
        throw failed(payload, null, reason);
    }

    private static MappingFailedException failed(Object payload, @Nullable Exception cause, String reason) {
        ErroneousEvent failure = new ErroneousEvent(payload, cause, reason);
        failure.setOriginalPayload(payload);
        return new MappingFailedException(List.of(failure), reason, cause);
    }
}
