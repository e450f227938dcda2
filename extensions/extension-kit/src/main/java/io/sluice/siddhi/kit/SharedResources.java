package io.sluice.siddhi.kit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.config.SiddhiContext;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What the extensions of one {@code SiddhiManager} share: the event loops, the meters, the clock, the host and whatever they open together, such as a
 * server port. Siddhi creates extensions by reflection, so they reach it through the manager's attributes instead of a constructor. Thread-safe.
 */
public final class SharedResources implements AutoCloseable {

    /** The attribute of the manager that holds the instance: {@code manager.setAttribute(ATTRIBUTE, resources)}. */
    public static final String ATTRIBUTE = "sluice.shared-resources";

    private final Supplier<Vertx> vertxSource;
    private final boolean ownsVertx;
    private final MeterRegistry meters;
    private final Clock clock;
    private final SourceHost host;
    private final Map<String, Shared<?>> shared = new HashMap<>(); // guarded by this
    private final FailureNotes failures = new FailureNotes();
    private @Nullable Vertx vertx; // guarded by this

    /**
     * For a host that brings its own parts and closes them itself.
     *
     * @param vertx event loops and timers
     * @param meters where extensions count
     * @param clock wall-clock time
     * @param host takes the batches of the sources
     */
    public SharedResources(Vertx vertx, MeterRegistry meters, Clock clock, SourceHost host) {
        this.vertxSource = () -> vertx;
        this.ownsVertx = false;
        this.meters = meters;
        this.clock = clock;
        this.host = host;
    }

    private SharedResources(SourceHost host) {
        this.vertxSource = () -> Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
        this.ownsVertx = true;
        this.meters = new SimpleMeterRegistry();
        this.clock = Clock.systemUTC();
        this.host = host;
    }

    /** For plain Siddhi with extensions that use the tables of their app; to be set as {@link #ATTRIBUTE} of the manager. */
    public static SharedResources of(SiddhiManager manager) {
        return new SharedResources(SourceHost.of(manager));
    }

    /** The resources of the app's manager; made on first use where the host did not bring any (then with daemon threads only). */
    public static SharedResources of(SiddhiAppContext app) {
        SiddhiContext context = app.getSiddhiContext();
        synchronized (context) {
            Object present = context.getAttributes().get(ATTRIBUTE);
            if (present instanceof SharedResources resources) {
                return resources;
            }
            SharedResources made = new SharedResources(SourceHost.DIRECT);
            context.setAttribute(ATTRIBUTE, made);
            return made;
        }
    }

    /** Event loops and timers. */
    public synchronized Vertx vertx() {
        if (vertx == null) {
            vertx = vertxSource.get();
        }
        return vertx;
    }

    /** Where extensions count; see {@link ExtensionMeters}. */
    public MeterRegistry meters() {
        return meters;
    }

    /** Wall-clock time. */
    public Clock clock() {
        return clock;
    }

    /** Takes the batches of the sources. */
    public SourceHost host() {
        return host;
    }

    /** Where mappers, queries and tables leave word of what Siddhi catches. */
    public FailureNotes failures() {
        return failures;
    }

    /**
     * Opens something that several extensions use, or joins those who use it already. The last to close its lease closes the thing.
     *
     * @param key names the thing, for example {@code websocket-server:8025}
     * @param type what the caller expects under the key
     * @param open called if nobody holds it; its exceptions pass through and nothing is kept
     * @throws ClassCastException if the key is held for something of another type
     */
    public synchronized <T extends AutoCloseable> Lease<T> lease(String key, Class<T> type, Supplier<T> open) {
        Shared<?> entry = shared.get(key);
        if (entry == null) {
            entry = new Shared<>(open.get());
            shared.put(key, entry);
        }
        T thing = type.cast(entry.thing); // before counting: who gets an exception has nothing to give back
        entry.holders++;
        return new Lease<>(this, key, thing);
    }

    private synchronized void release(String key) {
        Shared<?> entry = shared.get(key);
        if (entry != null && --entry.holders == 0) {
            shared.remove(key);
            closeQuietly(key, entry.thing);
        }
    }

    /** Closes what is still leased. A Vert.x that the host brought stays open. */
    @Override
    public synchronized void close() {
        Map<String, Shared<?>> rest = new HashMap<>(shared);
        shared.clear(); // before closing: a thing may give back what it leases itself
        rest.forEach((key, entry) -> closeQuietly(key, entry.thing));
        if (ownsVertx && vertx != null) {
            vertx.close();
        }
    }

    private static void closeQuietly(String key, AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception trouble) {
            LoggerFactory.getLogger(SharedResources.class)
                    .atWarn()
                    .addKeyValue("resource", key)
                    .addKeyValue("error", trouble)
                    .log("shared resource did not close cleanly");
        }
    }

    private static final class Shared<T extends AutoCloseable> {
        private final T thing;
        private int holders;

        private Shared(T thing) {
            this.thing = thing;
        }
    }

    /** One extension's hold on a shared thing. */
    public static final class Lease<T extends AutoCloseable> implements AutoCloseable {
        private final SharedResources owner;
        private final String key;
        private final T thing;
        private boolean released; // guarded by this

        private Lease(SharedResources owner, String key, T thing) {
            this.owner = owner;
            this.key = key;
            this.thing = thing;
        }

        /** The thing itself; not to be used after {@link #close()}. */
        public T get() {
            return thing;
        }

        /** Gives the hold back; safe to call twice. */
        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                owner.release(key);
            }
        }
    }
}
