package io.sluice.siddhi.http;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all sources of this module have in common: their way into the app and their life. */
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
abstract class IntakeSource extends Source<State> {

    private final String type;
    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private Intake.Manner manner;
    private List<String> properties;
    private SourceEventListener listener;
    private @Nullable ExtensionMeters meters; // guarded by this, like all below
    private volatile @Nullable Intake intake;
    private boolean paused;
    private boolean destroyed;

    /** @param type the name in {@code type='…'} */
    IntakeSource(String type) {
        this.type = type;
    }

    /** Reads the options of the kind. */
    abstract Intake.Manner read(Options reading, ConfigReader system);

    /**
     * Begins to receive. On any exception nothing stays open.
     *
     * @throws ConnectionUnavailableException to be tried again later
     */
    abstract void open(Intake into) throws ConnectionUnavailableException;

    /** Receives no more; what was offered is still processed. */
    abstract void leave();

    /** Gives back what {@link #open} opened; may come without it, and twice. */
    abstract void closed();

    /** Gives a request to the mapper. On a worker thread. */
    void feed(SourceEventListener mapper, Exchange exchange) {
        mapper.onEvent(exchange.payload(), exchange.properties());
    }

    final Place place() {
        return place;
    }

    final SharedResources resources() {
        return resources;
    }

    final SiddhiAppContext app() {
        return app;
    }

    /** Names of the {@code trp:} properties that the mapping asks for. */
    final List<String> properties() {
        return properties;
    }

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder holder,
            String[] transportProperties,
            ConfigReader system,
            SiddhiAppContext app) {
        this.place = new Place("source", type, listener.getStreamDefinition().getId(), app.getName());
        this.app = app;
        this.resources = SharedResources.of(app);
        this.listener = listener;
        this.properties = List.of(transportProperties);
        Options reading = new Options(holder, system, getClass(), place.toString());
        manner = read(reading, system);
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect(ConnectionCallback callback, State state) throws ConnectionUnavailableException {
        if (intake != null || destroyed) {
            return;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        Intake opened =
                new Intake(place, exchange -> feed(listener, exchange), properties, manner, counting, resources, app);
        if (paused) {
            opened.pause();
        }
        opened.start(); // before the first request can arrive
        boolean receiving = false;
        try {
            open(opened);
            intake = opened;
            receiving = true;
        } finally {
            if (!receiving) {
                opened.close();
                closed();
            }
        }
    }

    @Override
    public void disconnect() {
        Intake closing;
        synchronized (this) {
            closing = intake;
            intake = null;
        }
        if (closing != null) {
            leave();
            closing.close(); // without the lock: the app may take its time
            closed();
        }
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        if (meters != null) {
            meters.close();
            meters = null;
        }
    }

    @Override
    public void pause() {
        Intake pausing;
        synchronized (this) {
            paused = true;
            pausing = intake;
        }
        if (pausing != null) {
            pausing.pause();
        }
    }

    @Override
    public synchronized void resume() {
        paused = false;
        if (intake != null) {
            intake.resume();
        }
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.source(resources, place.app(), place.stream(), place.type());
        opened.gauge("requests.open", () -> {
            Intake current = intake;
            return current == null ? 0 : current.openRequests();
        });
        return opened;
    }
}
