package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Finds the events of a document: the document itself, the elements of an array, or what an enclosing element holds. Immutable. */
final class DocumentReader {

    private final JsonPath enclosing;
    private final EventReader single;
    private final EventReader element;

    /**
     * @param enclosing where the events are
     * @param single reads an event that stands alone
     * @param element reads an event that is an element of an array
     */
    DocumentReader(JsonPath enclosing, EventReader single, EventReader element) {
        this.enclosing = enclosing;
        this.single = single;
        this.element = element;
    }

    /**
     * Reads the whole document.
     *
     * @throws IOException if the document is not JSON; nothing of it counts then
     * @throws Misfit if it is JSON but cannot be an event; elements of an array that cannot are noted in {@code out} instead
     */
    void read(JsonParser parser, MappedEvents out) throws IOException, Misfit {
        if (parser.nextToken() == null) {
            throw new Misfit("$: the payload is empty");
        }
        descend(parser);
        if (parser.hasToken(JsonToken.START_ARRAY)) {
            readElements(parser, out);
        } else if (parser.hasToken(JsonToken.START_OBJECT)) {
            out.add(single.read(parser));
        } else {
            throw Misfit.at(
                    parser, "expected an object or an array of objects, found " + Misfit.kind(parser.currentToken()));
        }
        while (!parser.getParsingContext().inRoot()) {
            parser.nextToken();
        }
        if (parser.nextToken() != null) {
            throw Misfit.at(
                    parser, "there may be nothing behind the document, found " + Misfit.kind(parser.currentToken()));
        }
    }

    private void readElements(JsonParser parser, MappedEvents out) throws IOException {
        out.several();
        int depth = parser.getParsingContext().getNestingDepth();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonLocation start = parser.currentTokenLocation();
            try {
                out.add(element.read(parser));
            } catch (Misfit misfit) {
                while (parser.getParsingContext().getNestingDepth() > depth) {
                    parser.nextToken();
                }
                parser.finishToken(); // a text that nobody asked for ends only now
                out.fail(start, parser.currentLocation(), misfit);
            }
        }
    }

    private void descend(JsonParser parser) throws IOException, Misfit {
        for (JsonPath.Step step : enclosing.steps()) {
            boolean found = step instanceof JsonPath.Step.Member member
                    ? findMember(parser, member.name())
                    : step instanceof JsonPath.Step.Element target && findElement(parser, target.index());
            if (!found) {
                throw Misfit.at(parser, "there is no enclosing element '" + enclosing.text() + "'");
            }
        }
    }

    private static boolean findMember(JsonParser parser, String wanted) throws IOException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            return false;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (name.equals(wanted)) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static boolean findElement(JsonParser parser, int wanted) throws IOException {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            return false;
        }
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            if (index == wanted) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
