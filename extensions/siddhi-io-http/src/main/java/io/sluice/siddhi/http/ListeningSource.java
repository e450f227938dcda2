package io.sluice.siddhi.http;

import io.siddhi.core.config.SiddhiAppContext;
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
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sources that listen have in common: their address, their way into the app and their life. */
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
abstract class ListeningSource extends Source<State> {

    private final String type;
    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private ReceiverOptions options;
    private Properties properties;
    private SourceEventListener listener;
    private @Nullable ExtensionMeters meters; // guarded by this, like all below
    private SharedServer.@Nullable Mount mount;
    private volatile @Nullable Intake intake;
    private boolean paused;
    private boolean destroyed;

    /** @param type the name in {@code type='…'} */
    ListeningSource(String type) {
        this.type = type;
    }

    /** The options of the kind, with those that all have. */
    abstract ReceiverOptions read(Options reading, ConfigReader system, Place place);

    /** Whether somebody else answers after the app has processed a request. */
    boolean awaitsReply() {
        return false;
    }

    /** What a request gets that is not answered in time. */
    abstract Reply late(Duration patience);

    /** Called on an event loop before the app sees a request. */
    void accepted(Exchange exchange, Intake into) {
        // nobody else needs to know
    }

    /** Called before the port opens. */
    void opening(SharedResources shared) {
        // nothing to open
    }

    /** Called after the port was left. */
    void closed() {
        // nothing to close
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
        this.properties = new Properties(List.of(transportProperties));
        Options reading = new Options(holder, system, getClass(), place.toString());
        options = read(reading, system, place);
        reading.verify();
        return null;
    }

    @Override
    public synchronized void connect(ConnectionCallback callback, State state) {
        if (mount != null || destroyed) {
            return;
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        Duration patience = Duration.ofMillis(options.patience());
        Intake opened = new Intake(
                place,
                listener,
                properties.names(),
                new Intake.Manner(options.maxOpen(), options.workers(), patience, late(patience), awaitsReply()),
                counting,
                resources,
                app);
        if (paused) {
            opened.pause();
        }
        intake = opened; // before the first request can arrive
        opening(resources);
        try {
            mount = SharedServer.mount(
                    resources,
                    options.listen(),
                    place,
                    new Receiver(
                            resources.vertx(),
                            options,
                            properties,
                            opened,
                            awaitsReply(),
                            exchange -> accepted(exchange, opened)));
            opened.start();
        } finally {
            if (mount == null) {
                intake = null;
                closed();
            }
        }
    }

    @Override
    public void disconnect() {
        Intake closing;
        synchronized (this) {
            if (mount == null) {
                return;
            }
            mount.leave();
            closing = intake;
        }
        if (closing != null) {
            closing.close(); // without the lock: the app may take its time
        }
        synchronized (this) {
            intake = null;
            if (mount != null) {
                mount.close();
                mount = null;
            }
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

    /** The port that clients connect to, also where the option says 0; 0 while not connected. */
    public synchronized int port() {
        return mount == null ? 0 : mount.port();
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {String.class};
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return new ServiceDeploymentInfo(
                options.listen().port(), options.listen().tls() != null);
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
