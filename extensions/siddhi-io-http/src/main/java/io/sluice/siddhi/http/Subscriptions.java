package io.sluice.siddhi.http;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.definition.TableDefinition;
import io.siddhi.query.api.execution.query.OnDemandQuery;
import io.siddhi.query.api.execution.query.input.store.InputStore;
import io.siddhi.query.api.execution.query.output.stream.UpdateSet;
import io.siddhi.query.api.execution.query.selection.Selector;
import io.siddhi.query.api.expression.Expression;
import io.siddhi.query.api.expression.Variable;
import io.siddhi.query.api.expression.condition.Compare;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one hub, in a table of the app with the columns of the published hub: {@code callback}, {@code topic}, {@code mode},
 * {@code secret}, {@code id} (of the hub), {@code lease_seconds} and {@code timestamp}. Values go to the table as constants of a query, never as its
 * text. Every method waits for the table.
 */
final class Subscriptions {

    private static final Map<String, Attribute.Type> COLUMNS = columns();

    private final SharedResources resources;
    private final SiddhiAppContext app;
    private final String table;
    private final String hub;

    private Subscriptions(SharedResources resources, SiddhiAppContext app, String table, String hub) {
        this.resources = resources;
        this.app = app;
        this.table = table;
        this.hub = hub;
    }

    /** Reads {@code hub.id} and {@code table.name}; a table that is missing or cannot hold subscriptions is left with {@code options}. */
    static Subscriptions read(Options options, SharedResources resources, SiddhiAppContext app) {
        String name = options.text("table.name");
        TableDefinition table = app.getSiddhiApp().getTableDefinitionMap().get(name);
        if (table == null) {
            options.problem("option 'table.name': the app defines no table '" + name + "'; " + advice(name));
        } else {
            COLUMNS.forEach((column, type) -> {
                if (table.getAttributeList().stream()
                        .noneMatch(found -> found.getName().equals(column) && found.getType() == type)) {
                    options.problem("table '" + name + "' has no column '" + column + "' of type "
                            + type.name().toLowerCase(java.util.Locale.ROOT) + "; " + advice(name));
                }
            });
        }
        return new Subscriptions(resources, app, name, options.text("hub.id"));
    }

    private static String advice(String name) {
        return "write @primaryKey('callback', 'topic') define table " + name + " (callback string, topic string,"
                + " mode string, secret string, id string, lease_seconds long, timestamp long);";
    }

    private static Map<String, Attribute.Type> columns() {
        Map<String, Attribute.Type> columns = new LinkedHashMap<>();
        for (String text : List.of("callback", "topic", "mode", "secret", "id")) {
            columns.put(text, Attribute.Type.STRING);
        }
        columns.put("lease_seconds", Attribute.Type.LONG);
        columns.put("timestamp", Attribute.Type.LONG);
        return columns;
    }

    /** Writes what was asked for and confirmed: adds or renews the row, or removes it. */
    void apply(HubRequest request) throws IOException, InterruptedException {
        if (request.subscribes()) {
            renew(request);
        } else {
            remove(request.callback(), request.topic());
        }
    }

    /** Removes a subscription, if there is one. */
    void remove(String callback, String topic) throws IOException, InterruptedException {
        OnDemandQuery query = OnDemandQuery.query()
                .select(Selector.selector()
                        .select("callback", Expression.value(callback))
                        .select("topic", Expression.value(topic)));
        query.deleteBy(table, sameKey());
        query.setType(OnDemandQuery.OnDemandQueryType.DELETE);
        resources.host().query(app, query);
    }

    /** The subscriptions to a topic, also those that are over. */
    List<Subscription> of(String topic) throws IOException, InterruptedException {
        Selector selector = Selector.selector();
        for (String column : List.of("callback", "secret", "lease_seconds", "timestamp")) {
            selector.select(new Variable(column));
        }
        OnDemandQuery query = OnDemandQuery.query()
                .from(InputStore.store(table)
                        .on(Expression.and(
                                equal(new Variable("id"), Expression.value(hub)),
                                equal(new Variable("topic"), Expression.value(topic)))))
                .select(selector);
        query.setType(OnDemandQuery.OnDemandQueryType.FIND);
        List<Subscription> found = new ArrayList<>();
        for (Event row : resources.host().query(app, query)) {
            found.add(new Subscription(
                    text(row.getData(0)), topic, text(row.getData(1)), number(row.getData(2)), number(row.getData(3))));
        }
        return found;
    }

    private void renew(HubRequest request) throws IOException, InterruptedException {
        Map<String, Expression> row = new LinkedHashMap<>();
        row.put("callback", Expression.value(request.callback()));
        row.put("topic", Expression.value(request.topic()));
        row.put("mode", Expression.value(request.mode()));
        row.put("secret", Expression.value(request.secret()));
        row.put("id", Expression.value(hub));
        row.put("lease_seconds", Expression.value(request.leaseSeconds()));
        row.put("timestamp", Expression.value(resources.clock().millis()));
        Selector selector = Selector.selector();
        UpdateSet all = new UpdateSet();
        row.forEach((column, value) -> {
            selector.select(column, value);
            all.set(new Variable(column).ofStream(table), new Variable(column));
        });
        OnDemandQuery query = OnDemandQuery.query().select(selector);
        query.updateOrInsertBy(table, all, sameKey());
        query.setType(OnDemandQuery.OnDemandQueryType.UPDATE_OR_INSERT);
        resources.host().query(app, query);
    }

    private Expression sameKey() {
        Expression[] same = Arrays.stream(new String[] {"callback", "topic"})
                .map(column -> equal(new Variable(column).ofStream(table), new Variable(column)))
                .toArray(Expression[]::new);
        return Expression.and(same[0], same[1]);
    }

    private static Expression equal(Expression left, Expression right) {
        return Expression.compare(left, Compare.Operator.EQUAL, right);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
