package io.sluice.siddhi.kit.testing;

import static org.awaitility.Awaitility.await;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.output.StreamCallback;
import io.sluice.siddhi.kit.SharedResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A table with streams that add, change, remove and look up its rows; any number of such apps on one manager. */
final class StoreUnderTest implements AutoCloseable {

    private static final String COLUMNS =
            "id long, name string, price double, weight float, amount int, sold bool, extra object";

    private final SiddhiManager manager;
    private final boolean ownsManager;
    private final SiddhiAppRuntime runtime;
    private final List<List<Object>> answers = new CopyOnWriteArrayList<>();

    /**
     * Builds an app on a manager of its own; nothing may happen outside until {@link #start}.
     *
     * @param store the annotations of the table; empty for a table in memory
     * @param table the table's id
     */
    StoreUnderTest(Consumer<SiddhiManager> prepare, String store, String table) {
        this(new SiddhiManager(), true, prepare, "StoreApp", store, table);
    }

    private StoreUnderTest(
            SiddhiManager manager,
            boolean ownsManager,
            Consumer<SiddhiManager> prepare,
            String name,
            String store,
            String table) {
        this.manager = manager;
        this.ownsManager = ownsManager;
        prepare.accept(manager);
        this.runtime = manager.createSiddhiAppRuntime(app(name, store, table));
        runtime.addCallback("Answers", new StreamCallback() {
            @Override
            public void receive(Event[] events) {
                for (Event event : events) {
                    answers.add(new ArrayList<>(Arrays.asList(event.getData())));
                }
            }
        });
    }

    /** A second app with the same table on the same manager. */
    StoreUnderTest another(String store, String table) {
        return new StoreUnderTest(manager, false, unused -> {}, "AnotherApp", store, table).start();
    }

    private static String app(String name, String store, String table) {
        return """
                @app:name('%s')
                define stream Add (%s);
                define stream Put (%s);
                define stream Change (%s);
                define stream Count (%s);
                define stream Remove (id long, name string);
                define stream Ask (id long, name string);
                %s define table %s (%s);
                from Add insert into TABLE;
                from Put update or insert into TABLE on TABLE.id == id;
                from Change update TABLE
                  set TABLE.name = name, TABLE.price = price, TABLE.weight = weight, TABLE.amount = amount,
                      TABLE.sold = sold, TABLE.extra = extra on TABLE.id == id;
                from Count update or insert into TABLE set TABLE.amount = TABLE.amount + amount on TABLE.id == id;
                from Remove delete TABLE on TABLE.id == id or TABLE.name == name;
                from Ask join TABLE on TABLE.id == Ask.id or TABLE.name == Ask.name
                  select Ask.id as asked, TABLE.name as name, TABLE.price * 2.0 as twice insert into Answers;
                from Ask[(TABLE.id == id) in TABLE] select id as asked, 'known' as name, 0.0 as twice
                  insert into Answers;
                """.formatted(name, COLUMNS, COLUMNS, COLUMNS, COLUMNS, store, table, COLUMNS)
                .replace("TABLE", table);
    }

    StoreUnderTest start() {
        runtime.start();
        return this;
    }

    boolean alive() {
        return manager.getSiddhiAppRuntime(runtime.getName()) != null;
    }

    InputHandler input(String stream) {
        return runtime.getInputHandler(stream);
    }

    void send(String stream, @Nullable Object... values) {
        try {
            input(stream).send(values);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Answers of an on-demand query, row by row. */
    List<List<Object>> query(String onDemand) {
        Event[] found = runtime.query(onDemand);
        List<List<Object>> rows = new ArrayList<>();
        for (Event event : found == null ? new Event[0] : found) {
            rows.add(new ArrayList<>(Arrays.asList(event.getData())));
        }
        return rows;
    }

    /** What the joins and look-ups answered so far. */
    List<List<Object>> answers() {
        return List.copyOf(answers);
    }

    static ConditionFactory eventually() {
        return await().pollInSameThread().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        if (!ownsManager) {
            runtime.shutdown();
            return;
        }
        manager.shutdown();
        if (manager.getAttributes().get(SharedResources.ATTRIBUTE) instanceof SharedResources resources) {
            resources.close();
        }
    }
}
