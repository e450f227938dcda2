package io.sluice.runner;

import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.SiddhiElement;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.definition.AggregationDefinition;
import io.siddhi.query.api.definition.TableDefinition;
import io.siddhi.query.api.definition.WindowDefinition;
import io.siddhi.query.api.execution.ExecutionElement;
import io.siddhi.query.api.execution.partition.Partition;
import io.siddhi.query.api.execution.query.Query;
import io.siddhi.query.api.execution.query.input.handler.StreamHandler;
import io.siddhi.query.api.execution.query.input.handler.Window;
import io.siddhi.query.api.execution.query.input.stream.AnonymousInputStream;
import io.siddhi.query.api.execution.query.input.stream.InputStream;
import io.siddhi.query.api.execution.query.input.stream.JoinInputStream;
import io.siddhi.query.api.execution.query.input.stream.SingleInputStream;
import io.siddhi.query.api.execution.query.output.ratelimit.SnapshotOutputRate;
import io.siddhi.query.api.execution.query.output.ratelimit.TimeOutputRate;
import io.siddhi.query.api.execution.query.output.stream.UpdateOrInsertStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Constructs that run, but not under the guarantees of the other ones: they work on threads of the engine beside the app's owner thread, or keep state
 * that no restart brings back. The author is told at deployment, with the reason and a way out.
 */
final class PlanDoubts {

    private static final String CRON_WINDOW =
            "#window.cron fires on a thread of the engine beside the app's own: its contents"
                    + " may race with arriving events and are lost at a restart. A trigger 'at' the cron expression, joined with"
                    + " another window, runs on the app's thread";
    private static final String AGGREGATION =
            "is kept in memory only and written by a thread beside the app's own: its values"
                    + " are lost at a restart. Give it a table with @store";
    private static final String PURGE =
            "@purge does not survive a restart: which keys are idle is then counted from the beginning";
    private static final String INDEXED_UPSERT =
            "has a primary key and an @index: 'update or insert into' it fails with a"
                    + " NullPointerException of the engine as soon as an indexed value is new, after the row was written and"
                    + " before the index was, so that conditions on the index find wrong rows. Drop the @index, or update"
                    + " and insert in two queries";
    private static final String EVENT_TIME_OUTPUT =
            "'output ... every <time>' looks at the wall clock, but @app:playback"
                    + " follows the time of events: the output may never come. Use a window with the time instead";

    private final Path file;
    private final Template template;
    private final List<Finding> found = new ArrayList<>();

    private PlanDoubts(Path file, Template template) {
        this.file = file;
        this.template = template;
    }

    /**
     * Looks through an app.
     *
     * @param app as the compiler made it from the template's text
     */
    static List<Finding> of(SiddhiApp app, Path file, Template template) {
        PlanDoubts doubts = new PlanDoubts(file, template);
        boolean eventTime = has(app.getAnnotations(), "playback");
        app.getWindowDefinitionMap().values().forEach(doubts::look);
        app.getAggregationDefinitionMap().values().forEach(doubts::look);
        for (ExecutionElement element : app.getExecutionElementList()) {
            if (element instanceof Query query) {
                doubts.look(query, eventTime);
                doubts.lookAtOutput(query, app.getTableDefinitionMap());
            } else if (element instanceof Partition partition) {
                doubts.look(partition, eventTime);
                partition.getQueryList().forEach(query -> doubts.lookAtOutput(query, app.getTableDefinitionMap()));
            }
        }
        return List.copyOf(doubts.found);
    }

    private void look(WindowDefinition definition) {
        look(definition.getWindow(), definition);
    }

    private void look(AggregationDefinition definition) {
        if (!has(definition.getAnnotations(), "store")) {
            add(definition, "aggregation '" + definition.getId() + "' " + AGGREGATION);
        }
    }

    private void look(Partition partition, boolean eventTime) {
        if (has(partition.getAnnotations(), "purge")) {
            add(partition, PURGE);
        }
        partition.getQueryList().forEach(query -> look(query, eventTime));
    }

    private void look(Query query, boolean eventTime) {
        look(query.getInputStream(), query, eventTime);
        boolean timed =
                query.getOutputRate() instanceof TimeOutputRate || query.getOutputRate() instanceof SnapshotOutputRate;
        if (eventTime && timed) {
            add(query, EVENT_TIME_OUTPUT);
        }
    }

    /** Siddhi's {@code IndexEventHolder.overwrite} takes for granted that every index knows the value already. */
    private void lookAtOutput(Query query, Map<String, TableDefinition> tables) {
        TableDefinition table =
                query.getOutputStream() instanceof UpdateOrInsertStream output ? tables.get(output.getId()) : null;
        if (table != null
                && !has(table.getAnnotations(), "store")
                && has(table.getAnnotations(), "primaryKey")
                && has(table.getAnnotations(), "index")) {
            add(query, "table '" + table.getId() + "' " + INDEXED_UPSERT);
        }
    }

    private void look(@Nullable InputStream input, Query query, boolean eventTime) {
        if (input instanceof JoinInputStream join) {
            look(join.getLeftInputStream(), query, eventTime);
            look(join.getRightInputStream(), query, eventTime);
        } else if (input instanceof SingleInputStream single) {
            for (StreamHandler handler : single.getStreamHandlers()) {
                if (handler instanceof Window window) {
                    look(window, query);
                }
            }
            if (single instanceof AnonymousInputStream anonymous) {
                look(anonymous.getQuery(), eventTime);
            }
        }
    }

    private void look(@Nullable Window window, SiddhiElement owner) {
        if (window == null
                || (window.getNamespace() != null && !window.getNamespace().isEmpty())) {
            return;
        }
        if (window.getName().equalsIgnoreCase("cron")) {
            add(window.getQueryContextStartIndex() == null ? owner : window, CRON_WINDOW);
        }
    }

    private void add(SiddhiElement element, String message) {
        int[] place = element.getQueryContextStartIndex();
        Template.Place inText = place == null || place.length < 2
                ? Template.Place.START
                : new Template.Place(place[0], place[1] + 1); // Siddhi counts columns from 0
        found.add(Finding.warning(file, template.inFile(inText), message));
    }

    private static boolean has(List<Annotation> annotations, String name) {
        return annotations.stream().anyMatch(annotation -> annotation.getName().equalsIgnoreCase(name));
    }
}
