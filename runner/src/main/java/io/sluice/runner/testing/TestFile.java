package io.sluice.runner.testing;

import io.sluice.common.Findings;
import io.sluice.common.Findings.Origin;
import io.sluice.common.YamlTree;
import io.sluice.common.YamlTree.Mapping;
import io.sluice.common.YamlTree.Node;
import io.sluice.common.YamlTree.Nothing;
import io.sluice.common.YamlTree.Scalar;
import io.sluice.common.YamlTree.Sequence;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file {@code x.test.yaml} beside {@code x.siddhi}: a list of cases. All that is wrong with it is found at once.
 *
 * @param file as named by the caller
 * @param app the app it tests
 * @param cases those that can be run; empty if there are problems
 * @param problems {@code file:line: key: what is wrong}
 */
public record TestFile(Path file, Path app, List<TestCase> cases, List<String> problems) {

    /** How names of test files end. */
    public static final String SUFFIX = ".test.yaml";

    private static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<String> CASE_KEYS = Set.of("name", "start", "steps");

    /** Reads a file. */
    public static TestFile read(Path file) {
        String name = String.valueOf(file.getFileName());
        Path app = file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".siddhi");
        Findings findings = new Findings();
        List<TestCase> cases = new Reader(file, findings).cases();
        if (!Files.isRegularFile(app)) {
            findings.add(
                    Origin.inFile(file.toString(), 1), "", "there is no app '" + app.getFileName() + "' beside it");
        }
        List<String> problems = findings.lines();
        return new TestFile(file, app, problems.isEmpty() ? cases : List.of(), problems);
    }

    /** Whether a name is that of a test file. */
    public static boolean isOne(Path file) {
        return String.valueOf(file.getFileName()).endsWith(SUFFIX);
    }

    /** One pass over one file. */
    private static final class Reader {
        private final Path file;
        private final Findings findings;
        private final StepReader steps;

        private Reader(Path file, Findings findings) {
            this.file = file;
            this.findings = findings;
            this.steps = new StepReader(findings);
        }

        private List<TestCase> cases() {
            Node root = parse();
            if (root == null) {
                return List.of();
            }
            if (!(root instanceof Sequence list) || list.elements().isEmpty()) {
                findings.add(root.origin(), "", "must be a list of cases, each with a name");
                return List.of();
            }
            List<TestCase> cases = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (Node element : list.elements()) {
                TestCase read = one(element);
                if (read != null && !names.add(read.name())) {
                    findings.add(element.origin(), "name", "'" + read.name() + "' is the name of a case above");
                }
                if (read != null) {
                    cases.add(read);
                }
            }
            return cases;
        }

        private @Nullable Node parse() {
            Origin start = Origin.inFile(file.toString(), 1);
            try {
                return YamlTree.parse(
                        Files.readString(file), line -> Origin.inFile(file.toString(), line), "", findings);
            } catch (NoSuchFileException missing) {
                findings.add(start, "", "there is no such file");
            } catch (CharacterCodingException malformed) {
                findings.add(start, "", "the file is not UTF-8 text");
            } catch (IOException unreadable) {
                findings.add(start, "", "the file cannot be read: " + unreadable);
            }
            return null;
        }

        private @Nullable TestCase one(Node node) {
            if (!(node instanceof Mapping keys)) {
                findings.add(node.origin(), "", "must be a case with a name");
                return null;
            }
            if (!(keys.entries().get("name") instanceof Scalar name)
                    || name.text().isBlank()) {
                findings.add(node.origin(), "name", "is missing: say what the case shows");
                return null;
            }
            steps.refuseUnknown(keys, CASE_KEYS);
            List<Step> taken = new ArrayList<>();
            Node listed = keys.entries().get("steps");
            if (listed == null) {
                taken.addAll(steps.read(keys));
            } else if (listed instanceof Sequence list) {
                list.elements().forEach(step -> taken.addAll(step(step)));
                for (Map.Entry<String, Node> beside : keys.entries().entrySet()) {
                    if (!CASE_KEYS.contains(beside.getKey())) {
                        findings.add(beside.getValue().origin(), beside.getKey(), "stands beside steps; make it one");
                    }
                }
            } else {
                findings.add(listed.origin(), "steps", "must be a list");
            }
            if (taken.stream().noneMatch(TestFile::compares)) {
                findings.add(node.origin(), "", "case '" + name.text() + "' expects nothing, so it cannot fail");
            }
            return new TestCase(name.text().strip(), node.origin().line(), start(keys), taken);
        }

        private List<Step> step(Node node) {
            if (node instanceof Mapping keys) {
                steps.refuseUnknown(keys, Set.of());
                return steps.read(keys);
            }
            findings.add(node.origin(), "steps", "must be send, receive, advance, expect or errors");
            return List.of();
        }

        private Instant start(Mapping keys) {
            Node given = keys.entries().getOrDefault("start", new Nothing(keys.origin()));
            if (!(given instanceof Scalar text)) {
                return DEFAULT_START;
            }
            try {
                return Instant.parse(text.text().strip());
            } catch (DateTimeParseException wrong) {
                findings.add(
                        given.origin(), "start", "'" + text.text() + "' is not a time such as 2026-01-01T10:00:00Z");
                return DEFAULT_START;
            }
        }
    }

    private static boolean compares(Step step) {
        return step instanceof Step.Expect || step instanceof Step.ExpectPayloads || step instanceof Step.ExpectErrors;
    }
}
