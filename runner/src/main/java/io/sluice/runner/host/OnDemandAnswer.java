package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.Event;
import io.siddhi.query.api.definition.Attribute;
import java.util.Arrays;
import java.util.List;

/**
 * The answer to an on-demand query ({@code SiddhiAppRuntime.query}).
 *
 * @param columns names and types, in the order of the values
 * @param rows the values; empty for a query that changes something
 */
public record OnDemandAnswer(List<Attribute> columns, List<Object[]> rows) {

    /**
     * Asks an app on its owner thread, between two items: the answer is of one instant, and queries do not disturb each other, which they do in the engine. While a
     * table in a database answers, the app waits.
     *
     * @throws InterruptedException if interrupted before the query began, or if the app stops
     * @throws Exception as the engine throws it
     */
    public static OnDemandAnswer of(SiddhiHost host, String query) throws Exception {
        return host.ask(() -> {
            SiddhiAppRuntime runtime = host.runtime();
            Event[] found = runtime.query(query);
            List<Object[]> rows = found == null
                    ? List.of()
                    : Arrays.stream(found).map(Event::getData).toList();
            return new OnDemandAnswer(List.of(runtime.getOnDemandQueryOutputAttributes(query)), rows);
        });
    }
}
