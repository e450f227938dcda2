package io.sluice.siddhi.keyvalue;

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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event from a {@code Map}: each attribute has a key, its own name or that of {@code @attributes(symbol='s')}. Other keys are ignored.
 *
 * <ol>
 *   <li>A number is accepted if the type can hold it: {@code 55} is a {@code double}, {@code 5.0} an {@code int}, {@code 5.5} is none. Numbers and booleans may be texts.
 *   <li>A key that is there with null is null; a key that is missing fails the event, unless {@code fail.on.missing.attribute='false'}.
 *   <li>What does not fit is reported by {@code MappingFailedException}, with the attribute and the reason.
 * </ol>
 *
 * <p>The published mapper also takes bytes and restores a serialised Java object from them; whoever can send them can then run code. This one does not.
 */
@Extension(
        name = "keyvalue",
        namespace = "sourceMapper",
        description = "Reads events from maps of keys and values.",
        parameters =
                @Parameter(
                        name = "fail.on.missing.attribute",
                        type = DataType.BOOL,
                        optional = true,
                        defaultValue = "true",
                        description = "Whether an event fails that lacks a key; the attribute is null otherwise."),
        examples =
                @Example(
                        syntax =
                                "@source(type='inMemory', topic='t', @map(type='keyvalue', @attributes(symbol='s', price='p')))",
                        description = "The keys s and p of each map."))
public final class KeyValueSourceMapper extends SourceMapper {

    private record Field(int position, String key, Attribute attribute) {}

    private final List<Field> fields = new ArrayList<>();
    private int size;
    private boolean failOnMissing = true;

    /** For Siddhi. */
    public KeyValueSourceMapper() {}

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
                KeyValueSourceMapper.class,
                "map 'keyvalue' of source '" + sourceType + "' of stream '" + stream.getId() + "'");
        failOnMissing = options.flag("fail.on.missing.attribute", true);
        options.verify();
        List<Attribute> attributes = stream.getAttributeList();
        size = attributes.size();
        if (mappings.isEmpty()) {
            for (int i = 0; i < size; i++) {
                fields.add(new Field(i, attributes.get(i).getName(), attributes.get(i)));
            }
        }
        for (AttributeMapping mapping : mappings) {
            fields.add(new Field(mapping.getPosition(), mapping.getMapping(), attributes.get(mapping.getPosition())));
        }
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return new Class<?>[] {Map.class};
    }

    @Override
    protected boolean allowNullInTransportProperties() {
        return !failOnMissing;
    }

    @Override
    protected void mapAndProcess(Object payload, InputEventHandler handler)
            throws MappingFailedException, InterruptedException {
        if (!(payload instanceof Map<?, ?> map)) {
            throw failed(
                    payload,
                    "Invalid Map object received. Expected Map, but found "
                            + payload.getClass().getCanonicalName());
        }
        @Nullable Object[] values = new Object[size];
        for (Field field : fields) {
            Object value = map.get(field.key());
            if (value == null && failOnMissing && !map.containsKey(field.key())) {
                throw failed(
                        payload, "'" + field.attribute().getName() + "': the key '" + field.key() + "' is missing");
            }
            try {
                values[field.position()] = value == null ? null : converted(value, field.attribute());
            } catch (ArithmeticException | IllegalArgumentException misfit) {
                throw failed(
                        payload,
                        "'" + field.attribute().getName() + "': the value of '" + field.key() + "' is no "
                                + field.attribute().getType().name().toLowerCase(Locale.ROOT));
            }
        }
        handler.sendEvent(new Event(-1, values)); // -1: Siddhi sets the time
    }

    private static Object converted(Object value, Attribute attribute) {
        return switch (attribute.getType()) {
            case STRING -> String.valueOf(value);
            case OBJECT -> value;
            case BOOL -> bool(value);
            case INT -> value instanceof Integer ? value : exact(value).intValueExact();
            case LONG -> value instanceof Long ? value : exact(value).longValueExact();
            case FLOAT -> value instanceof Float ? value : finite(Float.valueOf(value.toString()));
            case DOUBLE -> value instanceof Double ? value : finite(Double.valueOf(value.toString()));
        };
    }

    private static BigDecimal exact(Object value) {
        return new BigDecimal(value.toString());
    }

    private static Number finite(Number value) {
        if (Double.isInfinite(value.doubleValue())) {
            throw new ArithmeticException("too large");
        }
        return value;
    }

    private static Boolean bool(Object value) {
        String text = value.toString();
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(text);
        }
        return Boolean.valueOf(text);
    }

    private static MappingFailedException failed(Object payload, String reason) {
        ErroneousEvent failure = new ErroneousEvent(payload, null, reason);
        failure.setOriginalPayload(payload);
        return new MappingFailedException(List.of(failure), reason, null);
    }
}
