package io.sluice.runner.host;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.stream.input.InputHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The ways into the streams of one app, each made when it is first asked for. Thread-safe. */
final class Feeds {

    private final Map<String, LaneFeed> byStream = new ConcurrentHashMap<>();
    private final ThreadLocal<LaneScope.Batch> openBatch = new ThreadLocal<>();
    private final SiddhiAppRuntime runtime;
    private final SiddhiAppContext context;
    private final Lane lane;
    private final HostMeters meters;
    private final SpoiledEvents spoiled;

    /**
     * @param failed gets the stream and what was thrown
     */
    Feeds(
            SiddhiAppRuntime runtime,
            SiddhiAppContext context,
            Lane lane,
            HostMeters meters,
            BiConsumer<String, Throwable> failed) {
        this.runtime = runtime;
        this.context = context;
        this.lane = lane;
        this.meters = meters;
        this.spoiled = new SpoiledEvents(context, failed);
    }

    /** @throws IllegalArgumentException if the app has no such stream */
    LaneFeed of(String stream) {
        return byStream.computeIfAbsent(stream, this::make);
    }

    /** The batch that the calling thread collects, if any. */
    ThreadLocal<LaneScope.Batch> openBatch() {
        return openBatch;
    }

    private LaneFeed make(String stream) {
        InputHandler own = runtime.getInputHandler(stream);
        if (own == null) {
            throw new IllegalArgumentException("app '" + context.getName() + "' has no stream '" + stream + "'");
        }
        return new LaneFeed(own, context, lane, openBatch, meters, spoiled);
    }
}
