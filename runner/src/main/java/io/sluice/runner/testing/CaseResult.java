package io.sluice.runner.testing;

import java.time.Duration;
import java.util.List;

/**
 * How a case ended.
 *
 * @param app the app's name
 * @param name the case's name
 * @param failures what did not come as expected, each beginning with {@code file:line: }, with the difference on lines of its own; empty if the case passed
 * @param took how long it ran, of real time
 */
public record CaseResult(String app, String name, List<String> failures, Duration took) {

    /** Whether all came as expected. */
    public boolean passed() {
        return failures.isEmpty();
    }
}
