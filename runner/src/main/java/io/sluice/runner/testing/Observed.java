package io.sluice.runner.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.query.api.definition.AbstractDefinition;
import io.siddhi.query.api.definition.Attribute;
import io.sluice.common.NearestName;
import io.sluice.common.YamlTree.Node;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.SiddhiHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The ways into an app under test and what comes out of it. */
@SuppressWarnings("rawtypes") // the signatures of Siddhi
final class Observed {

    private static final double DOUBLE_PRECISION = 1e-9;
    private static final double FLOAT_PRECISION = 1e-6;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SiddhiHost host;
    private final SiddhiAppRuntime app;
    private final Map<String, List<Event>> carried = new HashMap<>();

    /**
     * Before the app starts: listens to the streams that are compared.
     *
     * @throws CaseFailure if one of them does not exist
     */
    Observed(SiddhiHost host, SiddhiAppRuntime app, List<Step> steps) {
        this.host = host;
        this.app = app;
        for (Step step : steps) {
            if (step instanceof Step.Expect expect
                    && app.getStreamDefinitionMap().containsKey(expect.target())) {
                carried.computeIfAbsent(expect.target(), this::listen);
            }
        }
    }

    private List<Event> listen(String stream) {
        List<Event> events = new ArrayList<>();
        host.addCallback(stream, new StreamCallback() {
            @Override
            public void receive(Event[] received) {
                synchronized (events) {
                    events.addAll(Arrays.asList(received));
                }
            }
        });
        return events;
    }

    boolean hasAttribute(String stream, String name) {
        return stream(stream).getAttributeList().stream()
                .anyMatch(attribute -> attribute.getName().equals(name));
    }

    /** Sends an event and waits until the app has processed it. */
    void send(String stream, Map<String, Node> event, long timestamp) throws InterruptedException {
        Object[] values = Values.event(stream, stream(stream).getAttributeList(), event);
        host.input(stream).send(timestamp, values);
    }

    /** Gives a payload to the source of a stream and waits until the app has processed it. */
    void push(String stream, String payload, Map<String, String> properties) {
        stream(stream);
        for (List<Source> sources : app.getSources()) {
            for (Source<?> source : sources) {
                if (source instanceof SandboxSource sandbox
                        && source.getStreamDefinition().getId().equals(stream)) {
                    sandbox.push(payload, properties);
                    return;
                }
            }
        }
        throw new CaseFailure("stream '" + stream + "' has no source; use send");
    }

    /** The difference; nothing if all is as expected. */
    List<String> compare(Step.Expect expect) {
        List<Event> found;
        List<Attribute> attributes;
        boolean stream = carried.containsKey(expect.target());
        if (stream) {
            attributes = stream(expect.target()).getAttributeList();
            found = take(Objects.requireNonNull(carried.get(expect.target())));
        } else {
            String query = query(expect.target());
            found = ask(query);
            attributes = found.isEmpty() && expect.rows().isEmpty() ? List.of() : outputOf(query);
        }
        List<Map<String, @Nullable Object>> wanted = expect.rows().stream()
                .map(row -> Values.row(expect.target(), attributes, row))
                .toList();
        List<Map<String, @Nullable Object>> rows =
                found.stream().map(event -> row(attributes, event)).toList();
        Comparison<Map<String, @Nullable Object>, Map<String, @Nullable Object>> comparison =
                new Comparison<>((left, right) -> fits(left, right, expect.tolerance()), Values::text, Values::text);
        boolean unordered = expect.unordered() == null ? !stream : expect.unordered();
        return unordered ? comparison.unordered(wanted, rows) : comparison.ordered(wanted, rows);
    }

    /** The difference; nothing if all is as expected. */
    List<String> compare(Step.ExpectPayloads expect) {
        stream(expect.stream());
        List<String> found = new ArrayList<>();
        boolean any = false;
        for (List<Sink> sinks : app.getSinks()) {
            for (Sink<?> sink : sinks) {
                if (sink instanceof SandboxSink sandbox
                        && sink.getStreamDefinition().getId().equals(expect.stream())
                        && (expect.sink() == null || expect.sink().equalsIgnoreCase(sandbox.inPlaceOf()))) {
                    found.addAll(sandbox.take());
                    any = true;
                }
            }
        }
        if (!any) {
            String which = expect.sink() == null ? "" : " of type '" + expect.sink() + "'";
            throw new CaseFailure("stream '" + expect.stream() + "' has no sink" + which);
        }
        return new Comparison<String, String>(Observed::samePayload, text -> text, text -> text)
                .ordered(expect.payloads(), found);
    }

    private static boolean samePayload(String wanted, String found) {
        return wanted.strip().equals(found.strip()) || sameJson(wanted, found);
    }

    private static boolean sameJson(String wanted, String found) {
        try {
            JsonNode left = JSON.readTree(wanted);
            return left.isContainerNode() && left.equals(JSON.readTree(found));
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }

    private static List<Event> take(List<Event> events) {
        synchronized (events) {
            List<Event> taken = List.copyOf(events);
            events.clear();
            return taken;
        }
    }

    /** A query is taken as it is; a table or named window is read whole. */
    private String query(String target) {
        if (target.startsWith("from ")) {
            return target;
        }
        if (app.getTableDefinitionMap().containsKey(target)
                || app.getWindowDefinitionMap().containsKey(target)) {
            return "from " + target + " select *";
        }
        Set<String> known = new TreeSet<>(app.getStreamDefinitionMap().keySet());
        known.addAll(app.getTableDefinitionMap().keySet());
        known.addAll(app.getWindowDefinitionMap().keySet());
        String advice = app.getAggregationDefinitionMap().containsKey(target)
                ? "; an aggregation is read by a query: \"from " + target
                        + " within '2026-01-01 **:**:**' per 'hours' select *\""
                : nearest(target, known);
        throw new CaseFailure("the app has no stream, table or window '" + target + "'" + advice);
    }

    private List<Event> ask(String query) {
        Event[] answer = onLane(() -> app.query(query));
        return answer == null ? List.of() : List.of(answer);
    }

    private List<Attribute> outputOf(String query) {
        Attribute[] answer = onLane(() -> app.getOnDemandQueryOutputAttributes(query));
        return answer == null ? List.of() : List.of(answer);
    }

    private <T extends @Nullable Object> T onLane(Callable<T> question) {
        try {
            return host.ask(question);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CaseFailure("interrupted");
        } catch (Exception refused) {
            throw new CaseFailure("the query fails: " + Reason.of(refused));
        }
    }

    private AbstractDefinition stream(String name) {
        AbstractDefinition found = app.getStreamDefinitionMap().get(name);
        if (found == null) {
            throw new CaseFailure("the app has no stream '" + name + "'"
                    + nearest(name, app.getStreamDefinitionMap().keySet()));
        }
        return found;
    }

    private static String nearest(String name, Collection<String> known) {
        return NearestName.of(name, known)
                .map(near -> ". Did you mean '" + near + "'?")
                .orElse("");
    }

    private static Map<String, @Nullable Object> row(List<Attribute> attributes, Event event) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < attributes.size(); i++) {
            row.put(attributes.get(i).getName(), event.getData(i));
        }
        return row;
    }

    private static boolean fits(
            Map<String, @Nullable Object> wanted, Map<String, @Nullable Object> found, OptionalDouble tolerance) {
        return wanted.entrySet().stream()
                .allMatch(entry -> fits(entry.getValue(), found.get(entry.getKey()), tolerance));
    }

    private static boolean fits(@Nullable Object wanted, @Nullable Object found, OptionalDouble tolerance) {
        if (wanted instanceof Float left && found instanceof Float right) {
            return close(left, right, tolerance.orElse(Math.abs(left) * FLOAT_PRECISION));
        }
        // an aggregation's average of longs is a long, though declared double
        if (wanted instanceof Double left && found instanceof Number right) {
            return close(left, right.doubleValue(), tolerance.orElse(Math.abs(left) * DOUBLE_PRECISION));
        }
        return Objects.equals(wanted, found);
    }

    private static boolean close(double wanted, double found, double by) {
        return Double.compare(wanted, found) == 0 || Math.abs(wanted - found) <= by;
    }
}
