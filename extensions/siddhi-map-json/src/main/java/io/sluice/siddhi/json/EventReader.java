package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.StreamDefinition;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one event from the JSON value at which a parser stands. Immutable, so that any number of threads may use it. */
final class EventReader {

    /**
     * How a value becomes an event.
     *
     * @param unwrap whether {@code {"event": {…}}} stands for its inner object
     * @param refuseUnknown whether a member that is no attribute makes the event a misfit; it is skipped otherwise
     * @param textual whether numbers and booleans may be written as text
     * @param failOnMissing whether an attribute without a value makes the event a misfit; it is null otherwise
     */
    record Rules(boolean unwrap, boolean refuseUnknown, boolean textual, boolean failOnMissing) {}

    private static final Object MISSING = new Object();

    private final StreamDefinition stream;
    private final List<Attribute> attributes;
    private final PathTree paths;
    private final int[] mapped;
    private final Rules rules;
    private final ValueReader values;

    /** @param mapped positions of the attributes that the paths fill; the others stay null */
    EventReader(StreamDefinition stream, PathTree paths, int[] mapped, Rules rules) {
        this.stream = stream;
        this.attributes = List.copyOf(stream.getAttributeList());
        this.paths = paths;
        this.mapped = mapped.clone();
        this.rules = rules;
        this.values = new ValueReader(rules.textual());
    }

    /** Reads the event; afterwards the parser stands at the last token of the value. */
    @Nullable
    Object[] read(JsonParser parser) throws IOException, Misfit {
        @Nullable Object[] data = new Object[attributes.size()];
        for (int position : mapped) {
            data[position] = MISSING;
        }
        if (!rules.unwrap()) {
            readValue(parser, paths, data);
        } else if (parser.hasToken(JsonToken.START_OBJECT)) {
            readUnwrapped(parser, data);
        } else {
            throw Misfit.at(parser, "expected an object, found " + Misfit.kind(parser.currentToken()));
        }
        for (int position : mapped) {
            if (data[position] == MISSING) {
                if (rules.failOnMissing()) {
                    throw Misfit.at(
                            parser,
                            "no value for attribute " + attributes.get(position).getName());
                }
                data[position] = null;
            }
        }
        return data;
    }

    private void readUnwrapped(JsonParser parser, @Nullable Object[] data) throws IOException, Misfit {
        String name = parser.nextFieldName();
        if (name == null || !isWrapper(name)) {
            readMembers(parser, name, paths, data);
            return;
        }
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            readMember(parser, name, paths, data);
            readMembers(parser, parser.nextFieldName(), paths, data);
            return;
        }
        readMembers(parser, parser.nextFieldName(), paths, data);
        for (String more = parser.nextFieldName(); more != null; more = parser.nextFieldName()) {
            parser.nextToken();
            if (rules.refuseUnknown()) {
                throw Misfit.at(parser, "there may be nothing beside the event");
            }
            parser.skipChildren();
        }
    }

    /** An object attribute of that name is meant itself. */
    private boolean isWrapper(String name) {
        if (!name.equalsIgnoreCase("event")) {
            return false;
        }
        PathTree attribute = paths.member(name);
        return attribute == null || attributes.get(attribute.targets()[0]).getType() != Attribute.Type.OBJECT;
    }

    private void readMembers(JsonParser parser, @Nullable String first, PathTree node, @Nullable Object[] data)
            throws IOException, Misfit {
        for (String name = first; name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            readMember(parser, name, node, data);
        }
    }

    private void readMember(JsonParser parser, String name, PathTree node, @Nullable Object[] data)
            throws IOException, Misfit {
        PathTree child = node.member(name);
        if (child != null) {
            readValue(parser, child, data);
        } else if (rules.refuseUnknown()) {
            throw Misfit.at(parser, "stream '" + stream.getId() + "' does not have an attribute named '" + name + "'");
        } else {
            parser.skipChildren();
        }
    }

    private void readValue(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        boolean leaf = !node.hasMembers() && !node.hasElements();
        int[] targets = node.targets();
        if (parser.currentToken().isStructStart() && (targets.length == 0 || !leaf || targets.length > 1)) {
            if (targets.length == 0) {
                descend(parser, node, data);
            } else {
                readOften(parser, node, data);
            }
            return;
        }
        for (int target : targets) {
            set(parser, target, data);
        }
    }

    private void descend(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        if (parser.hasToken(JsonToken.START_OBJECT) && node.hasMembers()) {
            readMembers(parser, parser.nextFieldName(), node, data);
        } else if (parser.hasToken(JsonToken.START_ARRAY) && node.hasElements()) {
            for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                PathTree child = node.element(index);
                if (child == null) {
                    parser.skipChildren();
                } else {
                    readValue(parser, child, data);
                }
            }
        } else {
            parser.skipChildren();
        }
    }

    /** A structure that several attributes want, whole or in parts: it is copied and the copy read once for each. */
    private void readOften(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        String base = Misfit.at(parser, "inside").reason();
        String copy = ValueReader.structure(parser);
        try {
            for (int target : node.targets()) {
                try (JsonParser again = JsonFormat.FACTORY.createParser(copy)) {
                    again.nextToken();
                    set(again, target, data);
                }
            }
            try (JsonParser again = JsonFormat.FACTORY.createParser(copy)) {
                again.nextToken();
                descend(again, node, data);
            }
        } catch (Misfit inner) {
            throw new Misfit(base + ": " + inner.reason());
        }
    }

    private void set(JsonParser parser, int position, @Nullable Object[] data) throws IOException, Misfit {
        if (data[position] != MISSING) {
            throw Misfit.at(
                    parser,
                    "a second value for attribute " + attributes.get(position).getName());
        }
        data[position] = values.read(parser, attributes.get(position));
    }
}
