package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.table.Table;
import io.sluice.siddhi.kit.LiveConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * The sources, sinks and tables of one app. Opens them one by one, because Siddhi's own start swallows the reason when one of them refuses.
 */
final class Connections {

    private final SiddhiAppRuntime runtime;
    private final EngineFields engine;

    Connections(SiddhiAppRuntime runtime, EngineFields engine) {
        this.runtime = runtime;
        this.engine = engine;
    }

    @SuppressWarnings("rawtypes") // Siddhi's signature
    List<Source<?>> sources() {
        List<Source<?>> all = new ArrayList<>();
        for (List<Source> ofStream : runtime.getSources()) {
            ofStream.forEach(all::add);
        }
        return all;
    }

    /**
     * Connects sinks and tables; Siddhi's start finds them connected, or busy trying, and leaves them alone.
     *
     * @throws AppStartException if one refuses for good
     */
    void openSinksAndTables() throws AppStartException {
        for (Sink<?> sink : sinks()) {
            open(name(sink), sink::connectWithRetry);
        }
        for (Table table : runtime.getTables()) {
            open(name(table), table::connectWithRetry);
        }
    }

    /**
     * Lets Siddhi count the app as running, then connects the sources.
     *
     * @throws AppStartException if one refuses for good
     */
    void openSources() throws AppStartException {
        startWithNone();
        for (Source<?> source : sources()) {
            open(name(source), source::connectWithRetry);
        }
    }

    void pauseSources() {
        sources().forEach(Source::pause);
    }

    List<Connection> now() {
        List<Connection> now = new ArrayList<>();
        for (Source<?> source : sources()) {
            if (!source.getType().equals(LaneHook.TYPE)) {
                now.add(new Connection(name(source), engine.connected(source) && live(source)));
            }
        }
        for (Sink<?> sink : sinks()) {
            now.add(new Connection(name(sink), sink.isConnected() && live(sink)));
        }
        for (Table table : runtime.getTables()) {
            now.add(new Connection(name(table), table.getIsConnected()));
        }
        return now;
    }

    private static boolean live(Object part) {
        return !(part instanceof LiveConnection own) || own.isLive();
    }

    /** Siddhi's startSources() connects what its lists hold, and would connect once more who already waits for a retry: it gets to see nobody. */
    @SuppressWarnings("rawtypes") // Siddhi's signature
    private void startWithNone() {
        List<List<Source>> contents = new ArrayList<>();
        for (List<Source> sources : runtime.getSources()) {
            contents.add(List.copyOf(sources));
        }
        runtime.getSources().forEach(List::clear);
        try {
            runtime.startSources();
        } finally {
            int index = 0;
            for (List<Source> sources : runtime.getSources()) {
                sources.addAll(contents.get(index++));
            }
        }
    }

    @SuppressWarnings("rawtypes") // Siddhi's signature
    List<Sink<?>> sinks() {
        List<Sink<?>> all = new ArrayList<>();
        for (List<Sink> ofStream : runtime.getSinks()) {
            ofStream.forEach(all::add);
        }
        return all;
    }

    private static void open(String part, Runnable connect) throws AppStartException {
        try {
            connect.run();
        } catch (RuntimeException | Error refused) {
            throw new AppStartException(part + " could not be opened: " + Reason.of(refused), refused);
        }
    }

    private static String name(Source<?> source) {
        return "source '" + source.getType() + "' of stream '"
                + source.getStreamDefinition().getId() + "'";
    }

    private static String name(Sink<?> sink) {
        return "sink '" + sink.getType() + "' of stream '"
                + sink.getStreamDefinition().getId() + "'";
    }

    private static String name(Table table) {
        return "table '" + table.getTableDefinition().getId() + "'";
    }
}
