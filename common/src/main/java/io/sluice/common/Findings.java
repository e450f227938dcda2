package io.sluice.common;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong with a configuration, so that all of it can be told at once. */
public final class Findings {

    /**
     * Where a value was written.
     *
     * @param source the file, or the environment variable or flag
     * @param line 1-based line of the file; 0 where there are no lines
     * @param key the key that the source stands for as a whole; empty for a file
     */
    public record Origin(String source, int line, String key) {
        /** A line of a file. */
        public static Origin inFile(String file, int line) {
            return new Origin(file, line, "");
        }

        private int order() {
            return line > 0 ? line : Integer.MAX_VALUE;
        }
    }

    private record Finding(Origin origin, String key, String text) {
        private String asLine() {
            String place = origin.line() > 0 ? origin.source() + ":" + origin.line() : origin.source();
            boolean keyIsKnown = key.isEmpty() || key.equals(origin.key());
            return place + ": " + (keyIsKnown ? "" : key + ": ") + text;
        }
    }

    private final List<Finding> findings = new ArrayList<>();

    /** None yet. */
    public Findings() {}

    /**
     * Adds one.
     *
     * @param key where in the document, for example {@code gateway.port}; empty for the whole
     */
    public void add(Origin origin, String key, String text) {
        findings.add(new Finding(origin, key, text));
    }

    /** Throws everything found, in the order of the lines, if there is anything. */
    void throwIfAny() {
        if (findings.isEmpty()) {
            return;
        }
        throw new ConfigException(lines());
    }

    /** Everything found, one line each, in the order of the lines. */
    public List<String> lines() {
        return findings.stream()
                .sorted(Comparator.comparingInt(finding -> finding.origin().order()))
                .map(Finding::asLine)
                .distinct()
                .toList();
    }
}
