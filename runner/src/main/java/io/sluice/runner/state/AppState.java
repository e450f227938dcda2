package io.sluice.runner.state;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.definition.AbstractDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All state of one app: takes it out for a checkpoint, and puts back what still fits. */
public final class AppState {

    private final List<LiveSection> parts;
    private final String fingerprint;
    private final List<String> packages;
    private final ClassLoader loader;

    /**
     * @param app with the names that {@link StableNames} gave
     * @param runtime as it was built; not started yet
     * @param states where its elements registered
     * @param streams all its streams
     * @param extensions classes that may have brought classes of their own
     */
    public AppState(
            SiddhiApp app,
            SiddhiAppRuntime runtime,
            ElementStates states,
            Collection<? extends AbstractDefinition> streams,
            Collection<? extends Class<?>> extensions) {
        states.seal();
        this.parts = List.copyOf(new AppParts(app, runtime, streams).of(states));
        this.packages = extensions.stream()
                .map(extension -> extension.getPackageName() + ".")
                .distinct()
                .toList();
        this.loader = extensions.stream()
                .map(Class::getClassLoader)
                .filter(own -> own != null && own != AppState.class.getClassLoader())
                .findFirst()
                .orElseGet(AppState.class::getClassLoader);
        StringBuilder all = new StringBuilder();
        parts.stream()
                .map(part -> part.key() + "=" + part.fingerprint() + ";")
                .sorted()
                .forEach(all::append);
        this.fingerprint = StructureText.hash(all.toString());
    }

    /** Equal for apps whose state fits each other as a whole. */
    public String fingerprint() {
        return fingerprint;
    }

    /** State that was copied and waits to be encoded. */
    public static final class Copy {
        private final List<SectionWriter> writers;

        private Copy(List<SectionWriter> writers) {
            this.writers = writers;
        }

        /** Encodes it; on any thread. */
        public List<Section> sections() throws CheckpointException {
            List<Section> sections = new ArrayList<>();
            for (SectionWriter writer : writers) {
                sections.add(writer.section());
            }
            return sections;
        }
    }

    /**
     * Copies the state of all parts. On the owner thread, between two items, or after its end.
     *
     * @throws CheckpointException naming the part and the value that cannot be kept
     */
    public Copy copy() throws CheckpointException {
        List<SectionWriter> writers = new ArrayList<>();
        for (LiveSection part : parts) {
            writers.add(SectionWriter.collect(part, packages));
        }
        return new Copy(writers);
    }

    /**
     * Puts back what fits. On the owner thread, after the queries were started and before any event or timer.
     *
     * @throws CheckpointException if a part that fits could not take its state; the app must not run then
     */
    public RestoreReport restore(List<Section> sections) throws CheckpointException {
        Map<Section, LiveSection> matches = match(sections);
        Map<Section, SectionReader> readers = new LinkedHashMap<>();
        Map<Section, String> refused = new LinkedHashMap<>();
        for (Section section : sections) {
            LiveSection live = matches.get(section);
            if (live == null) {
                refused.put(section, reason(section));
                continue;
            }
            try {
                readers.put(section, SectionReader.read(section, live, loader, packages));
            } catch (CheckpointException unreadable) {
                refused.put(section, String.valueOf(unreadable.getMessage()));
            }
        }
        dropWholePartitions(readers, refused);
        List<String> restored = new ArrayList<>();
        for (Map.Entry<Section, SectionReader> reader : readers.entrySet()) {
            restore(reader.getKey(), reader.getValue());
            restored.add(reader.getKey().label());
        }
        List<RestoreReport.Dropped> dropped = refused.entrySet().stream()
                .map(entry -> new RestoreReport.Dropped(entry.getKey().label(), entry.getValue()))
                .toList();
        return new RestoreReport(restored, dropped);
    }

    private static void restore(Section section, SectionReader reader) throws CheckpointException {
        try {
            reader.restore();
        } catch (CheckpointException | RuntimeException trouble) {
            throw new CheckpointException(
                    section.label() + ": its state could not be restored: " + trouble.getMessage(), trouble);
        }
    }

    /** By key; a part that was only renamed is found by its fingerprint. */
    private Map<Section, LiveSection> match(List<Section> sections) {
        Map<String, LiveSection> byKey = new HashMap<>();
        parts.forEach(part -> byKey.put(part.key(), part));
        Map<Section, LiveSection> matches = new HashMap<>();
        Set<LiveSection> taken = new HashSet<>();
        for (Section section : sections) {
            LiveSection same = byKey.get(section.key());
            if (same != null && same.fingerprint().equals(section.fingerprint())) {
                matches.put(section, same);
                taken.add(same);
            }
        }
        for (Section section : sections) {
            if (!matches.containsKey(section) && !section.fingerprint().isEmpty()) {
                for (LiveSection part : parts) {
                    if (part.fingerprint().equals(section.fingerprint())
                            && kind(part.key()).equals(kind(section.key()))
                            && taken.add(part)) {
                        matches.put(section, part);
                        break;
                    }
                }
            }
        }
        return matches;
    }

    private String reason(Section section) {
        boolean named = parts.stream().anyMatch(part -> part.key().equals(section.key()));
        return named
                ? "it or a definition it uses has changed"
                : "the app has no such part any more, or its text has changed";
    }

    /** The queries of a partition know their keys together: one that begins afresh would never be told of those that are known. */
    private static void dropWholePartitions(Map<Section, SectionReader> readers, Map<Section, String> refused) {
        Set<String> broken = new HashSet<>();
        for (Section section : refused.keySet()) {
            String partition = partition(section.key());
            if (partition != null) {
                broken.add(partition);
            }
        }
        readers.keySet().removeIf(section -> {
            String partition = partition(section.key());
            boolean drop = partition != null && broken.contains(partition);
            if (drop) {
                refused.put(section, "another part of the same partition does not fit");
            }
            return drop;
        });
    }

    private static String kind(String key) {
        String kind = key.substring(0, key.indexOf('/'));
        return kind.equals("partition") && key.contains("/query/") ? "partition-query" : kind;
    }

    private static @Nullable String partition(String key) {
        return key.startsWith("partition/") ? key.substring(0, key.indexOf('/', "partition/".length())) : null;
    }
}
