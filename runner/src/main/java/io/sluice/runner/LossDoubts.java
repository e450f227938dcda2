package io.sluice.runner;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.definition.StreamDefinition;
import io.siddhi.query.api.definition.TableDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an app says, or leaves unsaid, about events that fail: where Siddhi's rule would lose them, the author is told what happens and what to write.
 *
 * <p>Siddhi's default is LOG for {@code @OnError} and for {@code on.error} of sinks: the event goes to the log and is gone. The host makes it STORE, except
 * where the app asks for LOG.
 */
final class LossDoubts {

    private static final Set<String> TABLE_ACTIONS = Set.of("LOG", "RETRY", "STORE");

    private final Path file;
    private final Template template;
    private final List<Finding> found = new ArrayList<>();

    private LossDoubts(Path file, Template template) {
        this.file = file;
        this.template = template;
    }

    /**
     * Looks through an app.
     *
     * @param app as the compiler made it from the template's text
     */
    static List<Finding> of(SiddhiApp app, Path file, Template template) {
        LossDoubts doubts = new LossDoubts(file, template);
        app.getStreamDefinitionMap().values().forEach(doubts::look);
        app.getTableDefinitionMap().values().forEach(doubts::look);
        return List.copyOf(doubts.found);
    }

    private void look(StreamDefinition stream) {
        String where = "stream '" + stream.getId() + "': ";
        for (Annotation annotation : stream.getAnnotations()) {
            switch (annotation.getName().toLowerCase(Locale.ROOT)) {
                case "async" ->
                    warn(annotation, where + "@async has no effect: the app has one owner thread. Take it out");
                case "onerror" -> look(annotation, where, annotation.getElement("action"), "@OnError(action=");
                case "sink" -> lookAtSink(annotation, where);
                default -> {
                    // says nothing about failures
                }
            }
        }
    }

    /** A sink from the configuration may have its on.error there. */
    private void lookAtSink(Annotation sink, String where) {
        String action = sink.getElement("on.error");
        String type = where + "sink '" + sink.getElement("type") + "': ";
        if (action == null && sink.getElement("ref") == null) {
            note(
                    sink,
                    type + "without on.error Siddhi drops what cannot be sent; here it goes to the error store. Write"
                            + " on.error='STORE' to say so, or on.error='STREAM' to handle it in the app");
        } else {
            look(sink, type, action, "on.error=");
            if ("WAIT".equalsIgnoreCase(action)) {
                warn(
                        sink,
                        type + "on.error='WAIT' stops the whole app, its timers and checkpoints too, until the receiver"
                                + " is back. on.error='STORE' keeps what cannot be sent and goes on");
            }
        }
    }

    private void look(Annotation annotation, String where, @Nullable String action, String key) {
        if ("LOG".equalsIgnoreCase(action)) {
            warn(
                    annotation,
                    where + key + "'LOG'" + (key.endsWith("(action=") ? ")" : "")
                            + " drops what fails; nothing of it is kept. Use 'STORE' to keep it, or 'STREAM' to handle it in the app");
        }
    }

    /** Siddhi compares the name of a table's action letter by letter and answers with a class name. */
    private void look(TableDefinition table) {
        for (Annotation annotation : table.getAnnotations()) {
            String action = annotation.getElement("on.error");
            if (!annotation.getName().equalsIgnoreCase("store") || action == null) {
                continue;
            }
            String where = "table '" + table.getId() + "': on.error='" + action + "'";
            if (!TABLE_ACTIONS.contains(action)) {
                found.add(
                        Finding.error(
                                file,
                                place(annotation),
                                where
                                        + " is none of LOG, RETRY, STORE, in capitals; write on.error='STORE' to keep what fails"));
            } else if (action.equals("LOG")) {
                warn(annotation, where + " drops what fails; nothing of it is kept. Use 'STORE' to keep it");
            }
        }
    }

    private void warn(Annotation annotation, String message) {
        found.add(Finding.warning(file, place(annotation), message));
    }

    private void note(Annotation annotation, String message) {
        found.add(Finding.note(file, place(annotation), message));
    }

    private Template.Place place(Annotation annotation) {
        int[] place = annotation.getQueryContextStartIndex();
        return template.inFile(
                place == null || place.length < 2 ? Template.Place.START : new Template.Place(place[0], place[1] + 1));
    }
}
