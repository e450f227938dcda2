package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
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
    private static final SerializedString WRAPPER = new SerializedString("event");

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
        if (isWrapper(parser) && parser.nextToken() == JsonToken.START_OBJECT) {
            readMembers(parser, paths, data);
            endWrapper(parser);
        } else {
            readRest(parser, paths, data);
        }
    }

    /** Whether the first member is the word in any case; but an object attribute of that name is meant itself. */
    private boolean isWrapper(JsonParser parser) throws IOException {
        if (!parser.nextFieldName(WRAPPER)
                && !(parser.hasToken(JsonToken.FIELD_NAME)
                        && parser.currentName().equalsIgnoreCase(WRAPPER.getValue()))) {
            return false;
        }
        PathTree attribute = paths.member(parser.currentName());
        return attribute == null || attributes.get(attribute.targets()[0]).getType() != Attribute.Type.OBJECT;
    }

    private void endWrapper(JsonParser parser) throws IOException, Misfit {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            parser.nextToken();
            if (rules.refuseUnknown()) {
                throw Misfit.at(parser, "there may be nothing beside the event");
            }
            parser.skipChildren();
        }
    }

    /** Reads the members of the object whose beginning is the current token. Documents mostly have them in one order: that is tried first. */
    private void readMembers(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        List<PathTree.Expected> expected = node.membersInOrder();
        for (int i = 0; i < expected.size(); i++) {
            PathTree.Expected next = expected.get(i);
            if (!parser.nextFieldName(next.name())) {
                readRest(parser, node, data);
                return;
            }
            parser.nextToken();
            readValue(parser, next.node(), data);
        }
        parser.nextToken();
        readRest(parser, node, data);
    }

    /** Reads members in any order, from the name or value that is the current token to the end of the object. */
    private void readRest(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        while (!parser.hasToken(JsonToken.END_OBJECT)) {
            readMember(parser, node, data);
            parser.nextToken();
        }
    }

    private void readMember(JsonParser parser, PathTree node, @Nullable Object[] data) throws IOException, Misfit {
        if (parser.hasToken(JsonToken.FIELD_NAME)) {
            parser.nextToken();
        }
        String name = parser.currentName();
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
            readMembers(parser, node, data);
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
