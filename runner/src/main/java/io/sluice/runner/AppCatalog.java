package io.sluice.runner;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is known of each app: readable from any thread, written by the deployer. */
public final class AppCatalog {

    /** How an app stands. */
    public sealed interface State {
        /** It processes events. */
        record Running() implements State {}

        /**
         * It processes events as it was before its file changed: what stands in the file now is refused.
         *
         * @param reason the findings, one per line
         */
        record Kept(String reason) implements State {}

        /** An operator stopped it; its file is there and its state is kept. */
        record Inactive() implements State {}

        /**
         * It does not run.
         *
         * @param reason the findings, one per line
         */
        record Failed(String reason) implements State {}
    }

    /**
     * One app.
     *
     * @param name its {@code @App:name}; the file's name without {@code .siddhi} where the file does not say
     * @param file where it was read from
     * @param state how it stands
     * @param since when it came into this state
     */
    public record Entry(String name, Path file, State state, Instant since) {

        /** Whether it processes events. */
        public boolean isActive() {
            return state instanceof State.Running || state instanceof State.Kept;
        }
    }

    private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

    /** All apps, by name. */
    public List<Entry> all() {
        return List.copyOf(entries.values());
    }

    /** The app of that name. */
    public Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** The apps of a file: one, as a rule. */
    List<Entry> of(Path file) {
        return entries.values().stream()
                .filter(entry -> entry.file().equals(file))
                .toList();
    }

    void put(Entry entry) {
        entries.put(entry.name(), entry);
    }

    void remove(String name) {
        entries.remove(name);
    }
}
