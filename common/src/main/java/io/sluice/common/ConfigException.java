package io.sluice.common;

import java.util.List;

/** Every problem of a configuration at once, ready to print: one line each, {@code file:line: key: what is wrong}. Exit code 2. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** @param problems at least one line, each naming file, line and key */
    public ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** The lines to print. */
    public List<String> problems() {
        return problems;
    }
}
