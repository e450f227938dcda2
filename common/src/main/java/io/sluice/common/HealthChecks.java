package io.sluice.common;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What must be up for this process to be ready. Thread-safe; checks must answer at once from state they already hold. */
public final class HealthChecks {

    /**
     * The state of one part.
     *
     * @param up whether it works
     * @param detail for a person: what is down and since when, or what is connected
     */
    public record State(boolean up, String detail) {}

    private final Map<String, Supplier<State>> checks = new ConcurrentHashMap<>();

    /** Adds or replaces a check. */
    public void register(String name, Supplier<State> check) {
        checks.put(name, check);
    }

    /** Removes a check that is no longer of interest. */
    public void unregister(String name) {
        checks.remove(name);
    }

    /** All states now, sorted by name. A check that throws is down. */
    public Map<String, State> states() {
        Map<String, State> states = new TreeMap<>();
        checks.forEach((name, check) -> states.put(name, ask(check)));
        return states;
    }

    private static State ask(Supplier<State> check) {
        try {
            return check.get();
        } catch (RuntimeException broken) {
            return new State(false, "check failed: " + broken);
        }
    }
}
