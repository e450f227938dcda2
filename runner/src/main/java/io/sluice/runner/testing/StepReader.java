package io.sluice.runner.testing;

import io.siddhi.query.compiler.SiddhiCompiler;
import io.siddhi.query.compiler.exception.SiddhiParserException;
import io.sluice.common.Findings;
import io.sluice.common.NearestName;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import io.sluice.common.YamlTree.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code send}, {@code receive}, {@code advance}, {@code expect} and {@code errors}, in the order in which they stand. */
final class StepReader {

    private static final Set<String> STEP_KEYS = Set.of("send", "receive", "advance", "expect", "errors");
    private static final Set<String> EXPECT_KEYS = Set.of("rows", "payloads", "unordered", "tolerance", "sink");
    private static final String AT = "at";
    private static final Pattern SHORT_TIME = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private final Findings findings;

    StepReader(Findings findings) {
        this.findings = findings;
    }

    /** @param besides keys that are read elsewhere */
    void refuseUnknown(Mapping keys, Set<String> besides) {
        Set<String> known = new TreeSet<>(STEP_KEYS);
        known.addAll(besides);
        keys.entries().forEach((key, value) -> {
            if (!known.contains(key)) {
                unknown(value, key, known);
            }
        });
    }

    List<Step> read(Mapping keys) {
        List<Step> steps = new ArrayList<>();
        keys.entries().forEach((key, value) -> {
            switch (key) {
                case "send" -> targets(value, key).forEach((stream, events) -> send(stream, events, steps));
                case "receive" -> targets(value, key).forEach((stream, payloads) -> receive(stream, payloads, steps));
                case "advance" -> steps.add(new Step.Advance(value.origin().line(), duration(value, key)));
                case "expect" -> targets(value, key).forEach((target, rows) -> expect(target, rows, steps));
                case "errors" -> steps.add(new Step.ExpectErrors(value.origin().line(), texts(elements(value), key)));
                default -> {
                    // read elsewhere, or refused already
                }
            }
        });
        return steps;
    }

    private Map<String, Node> targets(Node node, String key) {
        if (node instanceof Mapping named) {
            return named.entries();
        }
        findings.add(node.origin(), key, "must name streams, for example " + key + ": {Orders: [...]}");
        return Map.of();
    }

    private void send(String stream, Node events, List<Step> steps) {
        for (Node node : elements(events)) {
            if (!(node instanceof Mapping event)) {
                findings.add(node.origin(), stream, "must be an event, for example {id: 1, amount: 9.5}");
                continue;
            }
            steps.add(new Step.Send(node.origin().line(), stream, at(event), new LinkedHashMap<>(event.entries())));
        }
    }

    /** Whether {@code at} is the stream's own attribute is only known with the app; then the text is read as its value. */
    private static @Nullable Duration at(Mapping event) {
        return event.entries().get(AT) instanceof Scalar text ? parsed(text.text()) : null;
    }

    private void receive(String stream, Node payloads, List<Step> steps) {
        for (Node node : elements(payloads)) {
            int line = node.origin().line();
            if (node instanceof Scalar text) {
                steps.add(new Step.Receive(line, stream, text.text(), Map.of()));
            } else if (node instanceof Mapping keys && keys.entries().get("payload") instanceof Scalar text) {
                Map<String, String> properties = new LinkedHashMap<>();
                Node trp = keys.entries().getOrDefault("trp", new Nothing(node.origin()));
                if (trp instanceof Mapping given) {
                    given.entries().forEach((name, value) -> properties.put(name, text(value, name)));
                }
                steps.add(new Step.Receive(line, stream, text.text(), properties));
            } else {
                findings.add(
                        node.origin(), stream, "must be a text in quotes, or {payload: '...', trp: {name: value}}");
            }
        }
    }

    private void expect(String target, Node node, List<Step> steps) {
        int line = node.origin().line();
        if (!(node instanceof Mapping keys)) {
            steps.add(new Step.Expect(line, target, rows(node, target), null, OptionalDouble.empty()));
            return;
        }
        keys.entries().forEach((key, value) -> {
            if (!EXPECT_KEYS.contains(key)) {
                unknown(value, key, EXPECT_KEYS);
            }
        });
        Node rows = keys.entries().get("rows");
        Node payloads = keys.entries().get("payloads");
        if (rows == null && payloads == null) {
            findings.add(node.origin(), target, "needs rows or payloads");
        }
        if (rows != null) {
            steps.add(new Step.Expect(line, target, rows(rows, target), unordered(keys), tolerance(keys)));
        }
        if (payloads != null) {
            String sink = keys.entries().get("sink") instanceof Scalar type ? type.text() : null;
            steps.add(new Step.ExpectPayloads(line, target, sink, texts(elements(payloads), target)));
        }
    }

    private @Nullable Boolean unordered(Mapping keys) {
        Node node = keys.entries().get("unordered");
        if (node == null) {
            return null;
        }
        String text = text(node, "unordered");
        if (!text.equals("true") && !text.equals("false")) {
            findings.add(node.origin(), "unordered", "'" + text + "' must be true or false");
        }
        return text.equals("true");
    }

    private OptionalDouble tolerance(Mapping keys) {
        Node node = keys.entries().get("tolerance");
        if (node == null) {
            return OptionalDouble.empty();
        }
        try {
            double given = Double.parseDouble(text(node, "tolerance"));
            if (given >= 0) {
                return OptionalDouble.of(given);
            }
        } catch (NumberFormatException notANumber) {
            // reported below, together with what is below zero
        }
        findings.add(node.origin(), "tolerance", "must be a number of 0 or more, for example 0.01");
        return OptionalDouble.empty();
    }

    private List<Map<String, Node>> rows(Node node, String target) {
        List<Map<String, Node>> rows = new ArrayList<>();
        for (Node element : elements(node)) {
            if (element instanceof Mapping row) {
                rows.add(new LinkedHashMap<>(row.entries()));
            } else {
                findings.add(element.origin(), target, "must be a row, for example {id: 1, amount: 9.5}");
            }
        }
        return rows;
    }

    private List<String> texts(List<Node> nodes, String key) {
        return nodes.stream().map(node -> text(node, key)).toList();
    }

    private String text(Node node, String key) {
        if (node instanceof Scalar text) {
            return text.text();
        }
        findings.add(node.origin(), key, "must be a text");
        return "";
    }

    /** One alone is a list of one; nothing is an empty list. */
    private static List<Node> elements(Node node) {
        if (node instanceof Sequence list) {
            return list.elements();
        }
        return node instanceof Nothing ? List.of() : List.of(node);
    }

    private Duration duration(Node node, String key) {
        Duration parsed = node instanceof Scalar text ? parsed(text.text()) : null;
        if (parsed == null) {
            findings.add(node.origin(), key, "must be a time such as 5 sec, 1 min 30 sec or 250ms");
            return Duration.ZERO;
        }
        return parsed;
    }

    /** {@code 250ms}, {@code 5s}, or as Siddhi writes it: {@code 1 min 30 sec}; null if it is neither. */
    private static @Nullable Duration parsed(String text) {
        Matcher simple = SHORT_TIME.matcher(text.strip());
        if (simple.matches()) {
            long number = Long.parseLong(simple.group(1));
            return switch (simple.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        try {
            return Duration.ofMillis(
                    SiddhiCompiler.parseTimeConstantDefinition(text).value());
        } catch (SiddhiParserException notATime) {
            return null;
        }
    }

    private void unknown(Node node, String key, Set<String> known) {
        findings.add(
                node.origin(),
                key,
                "is not known here"
                        + NearestName.of(key, known)
                                .map(near -> ". Did you mean '" + near + "'?")
                                .orElse("; known are " + String.join(", ", new TreeSet<>(known))));
    }
}
