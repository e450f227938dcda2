package io.sluice.runner.host;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SharedResources;
import java.util.Map;

/** A source that can rewind without a broker: event number n is always (n modulo keys, n). */
@Extension(
        namespace = "source",
        name = "sequence",
        description = "for tests",
        examples = @Example(syntax = "@source(type='sequence', total='10', keys='2')", description = "for tests"))
public final class SequenceSource extends Source<SequenceSource.Next> {

    private static final int BATCH = 100;

    private SourceEventListener listener;
    private SiddhiAppContext app;
    private String stream;
    private long total;
    private int keys;
    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile Next next;
    private Thread thread;

    /** How far the app has come. */
    public static final class Next extends State {
        private volatile long number;

        @Override
        public boolean canDestroy() {
            return false;
        }

        @Override
        public Map<String, Object> snapshot() {
            return Map.of("number", number);
        }

        @Override
        public void restore(Map<String, Object> snapshot) {
            number = (Long) snapshot.get("number");
        }
    }

    @Override
    public StateFactory<Next> init(
            SourceEventListener listener,
            OptionHolder options,
            String[] properties,
            ConfigReader config,
            SiddhiAppContext context) {
        this.listener = listener;
        this.app = context;
        this.stream = listener.getStreamDefinition().getId();
        this.total = Long.parseLong(options.validateAndGetStaticValue("total"));
        this.keys = Integer.parseInt(options.validateAndGetStaticValue("keys"));
        return Next::new;
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Event.class, Event[].class};
    }

    @Override
    public void connect(ConnectionCallback callback, Next state) {
        next = state;
        thread = new Thread(() -> run(state.number), "sequence-" + stream);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(long from) {
        BatchScope scope = SharedResources.of(app).host().open(app, stream, new PositionListener() {
            @Override
            public void processed(Map<String, Object> position) {
                next.number = (Long) position.get("number");
            }

            @Override
            public void durable(Map<String, Object> position) {
                // nobody keeps it outside
            }
        });
        try {
            long number = from;
            while (number < total && !stopped) {
                if (paused) {
                    Thread.onSpinWait();
                    continue;
                }
                scope.begin();
                long end = Math.min(total, number + BATCH);
                for (; number < end; number++) {
                    listener.onEvent(new Event(-1, new Object[] {"k" + number % keys, number}), new Object[0]);
                }
                scope.end(Map.of("number", number));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the app has processed all. */
    boolean isThrough() {
        return next != null && next.number >= total;
    }

    @Override
    public void disconnect() {
        stopped = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void destroy() {}

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}
