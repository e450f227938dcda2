package io.sluice.siddhi.http;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.output.sink.Sink;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.OptionHolder;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.api.definition.StreamDefinition;
import io.sluice.siddhi.kit.Blocking;
import io.sluice.siddhi.kit.ExtensionMeters;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.Place;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What the sinks that send requests have in common.
 *
 * <ol>
 *   <li>One delivery at a time unless the app asks for more: {@code publish} returns when the server has answered, so order is kept and a slow server
 *       slows the app, for {@code request.timeout} per event at most.
 *   <li>A delivery that failed is never dropped in silence: it goes the way of {@code on.error}. Where another attempt may help (no connection, 408,
 *       425, 429, 5xx) Siddhi makes one more at once; other statuses are final, except that {@code on.error='wait'} waits for those too.
 *   <li>With more than one delivery at a time failures come back to the app's own thread and go the same way; {@code publish} waits only while all
 *       {@code max.in.flight} are under way, and what a source of the app has read is not committed before they are settled.
 * </ol>
 */
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
abstract class SendingSink extends Sink<State> implements PendingOutput {

    private static final Logger LOG = LoggerFactory.getLogger(SendingSink.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    /** A delivery that another attempt would not help; the message holds no payload. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private final String type;
    private final int defaultInFlight;
    private final Deliveries deliveries = new Deliveries();
    private Place place;
    private SiddhiAppContext app;
    private SharedResources resources;
    private SenderOptions options;
    private StreamDefinition stream;
    private Semaphore room;
    private boolean waits;
    private volatile boolean recovering;
    private volatile @Nullable ExtensionMeters meters; // written under this, like all below
    private volatile @Nullable Sender sender;
    private SharedResources.@Nullable Lease<SharedClient> client;
    private SharedResources.@Nullable Lease<Tokens> tokens;
    private boolean destroyed;

    /**
     * @param type the name in {@code type='…'}
     * @param inFlight deliveries at a time unless the app says otherwise
     */
    SendingSink(String type, int inFlight) {
        this.type = type;
        this.defaultInFlight = inFlight;
    }

    /** Reads the options that only this kind has. */
    void read(Options reading) {
        // none
    }

    /** Whether option {@code publisher.url} says where to. */
    boolean isAddressed() {
        return true;
    }

    /** Opens what only this kind needs. */
    void opening(SharedResources shared) {
        // nothing
    }

    /** Closes what {@link #opening} opened; may be called without it, and twice. */
    void closed() {
        // nothing
    }

    /** Whether publish waits for the answer although several deliveries may be under way. */
    boolean waitsForAnswer() {
        return options.inFlight() == 1;
    }

    /** Sends one request and takes care of its answer; fails with {@link Refused} where another attempt would not help. */
    Future<Void> deliver(Sender to, Outgoing outgoing, String refresh, DynamicOptions event) {
        return to.send(outgoing, refresh, options.bounds(), Exchanges.upTo(0))
                .compose(answer -> verdict(outgoing, answer));
    }

    static Future<Void> verdict(Outgoing outgoing, Answer answer) {
        if (answer.isSuccess()) {
            return Future.succeededFuture();
        }
        String message = outgoing.method() + " was answered with status " + answer.status();
        return Future.failedFuture(answer.isPassing() ? new IOException(message) : new Refused(message));
    }

    SenderOptions options() {
        return options;
    }

    SharedResources resources() {
        return resources;
    }

    SiddhiAppContext app() {
        return app;
    }

    Place place() {
        return place;
    }

    /** Counts something that only one kind of sink does. */
    void count(String name) {
        ExtensionMeters counting = meters;
        if (counting != null) {
            counting.count(name, 1);
        }
    }

    StreamDefinition stream() {
        return stream;
    }

    @Override
    protected @Nullable StateFactory<State> init(
            StreamDefinition stream, OptionHolder holder, ConfigReader system, SiddhiAppContext app) {
        this.place = new Place("sink", type, stream.getId(), app.getName());
        this.stream = stream;
        this.app = app;
        this.resources = SharedResources.of(app);
        this.waits = "WAIT"
                .equals(String.valueOf(
                                holder.getOrCreateOption("on.error", "LOG").getValue())
                        .toUpperCase(Locale.ROOT));
        Options reading = new Options(holder, system, getClass(), place.toString());
        SenderOptions read = SenderOptions.read(reading, system, defaultInFlight, isAddressed());
        read(reading);
        reading.verify();
        if (read != null) {
            options = read;
            resources.host().await(app, this);
            room = new Semaphore(read.inFlight());
        }
        return null;
    }

    @Override
    public synchronized void connect() {
        if (destroyed || sender != null) {
            return; // a retry that Siddhi had planned may still come after the shutdown
        }
        ExtensionMeters counting = meters == null ? openMeters() : meters;
        meters = counting;
        SharedResources.Lease<SharedClient> leased = SharedClient.lease(resources, options.client());
        client = leased;
        if (options.oauth() != null) {
            tokens = Tokens.lease(resources, options.oauth(), options.client());
        }
        opening(resources);
        sender = new Sender(resources.vertx(), leased.get(), tokens == null ? null : tokens.get(), options.retry());
    }

    @Override
    public void publish(Object payload, DynamicOptions event, State state) throws ConnectionUnavailableException {
        Sender to = sender;
        ExtensionMeters counting = meters;
        if (to == null || counting == null) {
            throw new ConnectionUnavailableException(place + " is not connected");
        }
        Outgoing outgoing;
        try {
            outgoing = options.outgoing(payload, contentType(payload), event);
        } catch (IllegalArgumentException broken) {
            counting.error();
            if (waits) {
                counting.dropped("malformed", false, 1); // nothing to wait for: Siddhi logs and drops it
            }
            onError(payload, event, new SiddhiAppRuntimeException(place + ": " + broken.getMessage(), broken));
            return;
        }
        reserve(counting);
        long number = deliveries.begin();
        Future<Void> delivery = deliver(to, outgoing, options.refreshOf(event), event)
                .onComplete(done -> {
                    room.release();
                    if (done.succeeded()) {
                        counting.count(1);
                    } else {
                        counting.error();
                    }
                });
        if (waitsForAnswer() || recovering) {
            try {
                await(delivery, payload, event);
            } finally {
                deliveries.settled(number); // what failed goes to on.error on this thread, before anything else happens
            }
        } else {
            delivery.onComplete(done -> deliveries.settled(number), trouble -> later(number, payload, event, trouble));
        }
    }

    @Override
    public long given() {
        return deliveries.given();
    }

    @Override
    public long settled() {
        return deliveries.settled();
    }

    @Override
    public void disconnect() {
        awaitRoom();
        synchronized (this) {
            sender = null;
            closed();
            if (tokens != null) {
                tokens.close();
                tokens = null;
            }
            if (client != null) {
                client.close();
                client = null;
            }
        }
    }

    @Override
    public void destroy() {
        synchronized (this) {
            destroyed = true;
        }
        disconnect(); // once more: an event in flight during the shutdown makes Siddhi connect again
        synchronized (this) {
            if (meters != null) {
                meters.close();
                meters = null;
            }
        }
    }

    @Override
    public Class<?>[] getSupportedInputEventClasses() {
        return Payloads.classes();
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"publisher.url", "method", "headers", "refresh.token"};
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }

    private ExtensionMeters openMeters() {
        ExtensionMeters opened = ExtensionMeters.sink(resources, place.app(), place.stream(), place.type());
        opened.gauge("in.flight", () -> options.inFlight() - room.availablePermits());
        return opened;
    }

    private void reserve(ExtensionMeters counting) throws ConnectionUnavailableException {
        try {
            if (room.tryAcquire(options.bounds().total().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        counting.error();
        throw new ConnectionUnavailableException(place + ": none of " + options.inFlight()
                + " deliveries was answered within " + options.bounds().total().toMillis() + " ms");
    }

    private void await(Future<Void> delivery, Object payload, DynamicOptions event)
            throws ConnectionUnavailableException {
        try {
            Blocking.get(delivery, options.bounds().total().plusSeconds(1));
        } catch (InterruptedIOException stopped) {
            throw new ConnectionUnavailableException(place + ": stopped while the server had not answered", stopped);
        } catch (IOException trouble) {
            Throwable cause = trouble.getCause() == null ? trouble : trouble.getCause();
            if (isFinal(cause)) {
                onError(payload, event, new SiddhiAppRuntimeException(place + ": " + cause.getMessage(), cause));
            } else {
                throw new ConnectionUnavailableException(place + ": " + cause.getMessage(), cause);
            }
        }
    }

    /** Siddhi drops what fails for good under {@code on.error='wait'}, so there nothing does. A sink without mapper has no {@code on.error}. */
    private boolean isFinal(Throwable cause) {
        return (cause instanceof Refused || cause instanceof IllegalArgumentException) && !waits && getMapper() != null;
    }

    /** Back on the app's own thread, where fault streams may be fed. */
    private void later(long number, Object payload, DynamicOptions event, Throwable cause) {
        Exception reason = isFinal(cause)
                ? new SiddhiAppRuntimeException(place + ": " + cause.getMessage(), cause)
                : new ConnectionUnavailableException(place + ": " + cause.getMessage(), cause);
        try {
            app.getScheduledExecutorService().execute(() -> {
                recovering = true;
                try {
                    onError(payload, event, reason);
                } finally {
                    recovering = false;
                    deliveries.settled(number);
                }
            });
        } catch (RejectedExecutionException stopped) {
            ExtensionMeters counting = meters;
            if (counting != null) {
                counting.dropped("shutdown", false, 1);
            }
            place.log(LOG, Level.WARN).log("delivery failed while the app was stopping");
        }
    }

    private void awaitRoom() {
        try {
            if (room.tryAcquire(options.inFlight(), DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                room.release(options.inFlight());
            } else {
                place.log(LOG, Level.WARN)
                        .addKeyValue("deliveries", options.inFlight() - room.availablePermits())
                        .log("sink closed before all its deliveries were answered");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String contentType(Object payload) {
        if (payload instanceof byte[]) {
            return "application/octet-stream";
        }
        return Payloads.contentType(
                getMapper() == null ? declaredMapper() : getMapper().getType());
    }

    /** A sink inside a distribution has no mapper of its own; the annotation says which one its payloads come from. */
    private String declaredMapper() {
        for (Annotation sink : stream.getAnnotations()) {
            if (sink.getName().equalsIgnoreCase("sink") && type.equalsIgnoreCase(sink.getElement("type"))) {
                for (Annotation map : sink.getAnnotations("map")) {
                    return String.valueOf(map.getElement("type"));
                }
            }
        }
        return "";
    }
}
