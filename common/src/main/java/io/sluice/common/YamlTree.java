package io.sluice.common;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.sluice.common.Findings.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads YAML text into nodes that know where they were written. Scalars stay text: {@code 1.10} is not turned into a number. For files that no record describes. */
public final class YamlTree {

    /** One value of the document. */
    public sealed interface Node {
        /** Where it was written. */
        Origin origin();
    }

    /** Text, number or truth value, as written and without quotes. */
    public record Scalar(Origin origin, String text) implements Node {}

    /** A key without a value. */
    public record Nothing(Origin origin) implements Node {}

    /** A list. */
    public record Sequence(Origin origin, List<Node> elements) implements Node {}

    /** Keys and values in the order of the text; a value's origin is the place of its key. */
    public record Mapping(Origin origin, Map<String, Node> entries) implements Node {}

    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final IntFunction<Origin> origins;
    private final Findings findings;
    private final Map<String, Node> anchors = new HashMap<>();

    private YamlTree(YAMLParser parser, IntFunction<Origin> origins, Findings findings) {
        this.parser = parser;
        this.origins = origins;
        this.findings = findings;
    }

    /**
     * Parses one document.
     *
     * @param origins from a 1-based line of the text to what is told to the user
     * @param key the key whose value the text is; empty for a whole file
     * @return the root, or null if the text is not YAML, which is then among the findings
     */
    public static @Nullable Node parse(String text, IntFunction<Origin> origins, String key, Findings findings) {
        try (YAMLParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                return new Nothing(origins.apply(1));
            }
            YamlTree tree = new YamlTree(parser, origins, findings);
            Node root = tree.node(origins.apply(1), key);
            if (parser.nextToken() != null) {
                findings.add(tree.here(), key, "a second YAML document starts here. Write one document per file.");
            }
            return root;
        } catch (JsonProcessingException malformed) {
            reportMalformed(malformed, origins, key, findings);
            return null;
        } catch (IOException unexpected) {
            throw new UncheckedIOException("reading from a string", unexpected);
        }
    }

    private static void reportMalformed(
            JsonProcessingException malformed, IntFunction<Origin> origins, String key, Findings findings) {
        String problem = malformed.getOriginalMessage().lines().findFirst().orElse("malformed");
        int line = malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr();
        int column =
                malformed.getLocation() == null ? 1 : malformed.getLocation().getColumnNr();
        if (malformed.getCause() instanceof MarkedYAMLException marked) {
            Mark mark = marked.getProblemMark();
            Mark begin = marked.getContextMark();
            boolean elsewhere = begin != null && mark != null && begin.getLine() < mark.getLine();
            problem = marked.getProblem()
                    + (elsewhere ? ", " + marked.getContext() + " from line " + (begin.getLine() + 1) : "");
            line = mark == null ? line : mark.getLine() + 1;
            column = mark == null ? column : mark.getColumn() + 1;
        }
        findings.add(origins.apply(line), key, "not valid YAML at column " + column + ": " + problem);
    }

    private Origin here() {
        return origins.apply(Math.max(1, parser.currentTokenLocation().getLineNr()));
    }

    private Node node(Origin origin, String path) throws IOException {
        if (parser.isCurrentAlias()) {
            return anchored(parser.getText());
        }
        String anchor = parser.getObjectId();
        Node node = valueOf(parser.currentToken(), origin, path);
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        return node;
    }

    private Node valueOf(JsonToken token, Origin origin, String path) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            return mapping(origin, path);
        }
        if (token == JsonToken.START_ARRAY) {
            return sequence(origin, path);
        }
        return token == JsonToken.VALUE_NULL ? new Nothing(origin) : new Scalar(origin, parser.getText());
    }

    /** The parser tells anchors of lists and sections only, not those of single values. */
    private Node anchored(String alias) throws JsonParseException {
        Node node = anchors.get(alias);
        if (node == null) {
            throw new JsonParseException(
                    parser,
                    "alias '*" + alias + "' has no anchor '&" + alias + "' at a list or a section above it",
                    parser.currentTokenLocation());
        }
        return node;
    }

    private Node sequence(Origin origin, String path) throws IOException {
        List<Node> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(node(here(), path + "[" + elements.size() + "]"));
        }
        return new Sequence(origin, elements);
    }

    private Node mapping(Origin origin, String path) throws IOException {
        Map<String, Node> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String keyPath = path.isEmpty() ? key : path + "." + key;
            Origin keyOrigin = here();
            parser.nextToken();
            Node value = node(keyOrigin, keyPath);
            Node first = entries.putIfAbsent(key, value);
            if (first != null) {
                int line = first.origin().line();
                findings.add(
                        keyOrigin,
                        keyPath,
                        "is here twice" + (line > 0 ? ", first in line " + line : "") + ". Keep one.");
            }
        }
        return new Mapping(origin, entries);
    }
}
