package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The side of a WebSub hub that takes subscriptions (W3C WebSub section 5).
 *
 * <ol>
 *   <li>A form that is not as the standard says, or names an unknown topic, gets 400; all else 202.
 *   <li>The hub then asks the callback whether it wants it, in {@link Confirmation}. Only what is confirmed changes the table, and then becomes an event
 *       of the stream. What the table does not take is denied to the callback, so that its owner can ask again.
 *   <li>Requests for the same callback and topic are handled in the order of arrival. At most {@code max.in.flight} are between their 202 and the end;
 *       beyond that new ones get 503.
 * </ol>
 */
@Extension(
        name = "websubhub",
        namespace = "source",
        description = "Takes subscriptions of a WebSub hub into a table. Has all options of the http source.",
        parameters = {
            @Parameter(
                    name = "hub.id",
                    description = "Names the hub; the websubhub sink with the same id delivers to its subscribers.",
                    type = DataType.STRING),
            @Parameter(
                    name = "table.name",
                    description = "Table of the app with the columns callback, topic, mode, secret, id (string),"
                            + " lease_seconds and timestamp (long).",
                    type = DataType.STRING),
            @Parameter(
                    name = "topic.list",
                    description = "Topics that can be subscribed to, separated by commas.",
                    type = DataType.STRING)
        },
        examples =
                @Example(
                        syntax = "@primaryKey('callback', 'topic')\n"
                                + "define table Subscribers (callback string, topic string, mode string,\n"
                                + "    secret string, id string, lease_seconds long, timestamp long);\n"
                                + "@source(type='websubhub', hub.id='farm', table.name='Subscribers',\n"
                                + "    topic.list='rice,corn', receiver.url='http://127.0.0.1:8280/hub',\n"
                                + "    @map(type='json'))\n"
                                + "define stream Asked (callback string, mode string, topic string,\n"
                                + "    lease_seconds long, secret string);",
                        description = "Subscribers POST hub.mode=subscribe, hub.topic=rice and hub.callback to /hub."))
public final class WebSubHubSource extends HttpSource {

    private static final Logger LOG = LoggerFactory.getLogger(WebSubHubSource.class);
    private static final Reply ACCEPTED = new Reply(202, Map.of(), Buffer.buffer());

    private final Map<String, Future<Void>> turns = new HashMap<>(); // by key of the request; guarded by itself
    private Set<String> topics = Set.of();
    private int most;
    private int underWay; // guarded by turns
    private @Nullable Subscriptions subscriptions;
    private @Nullable ClientSettings callbacks;
    private volatile @Nullable Confirmation confirmation;

    /** For Siddhi. */
    public WebSubHubSource() {
        super("websubhub");
    }

    @Override
    ReceiverOptions read(Options reading, ConfigReader system, Place place) {
        subscriptions = Subscriptions.read(reading, resources(), app());
        callbacks = ClientSettings.forCallbacks(reading, system);
        topics = new LinkedHashSet<>(
                Arrays.asList(reading.text("topic.list").trim().split("\\s*,\\s*")));
        ReceiverOptions read = super.read(reading, system, place);
        most = read.maxOpen();
        return read;
    }

    @Override
    void open(Intake into) {
        ClientSettings settings = callbacks;
        if (settings != null) {
            confirmation = new Confirmation(resources(), settings);
        }
        super.open(into);
    }

    @Override
    void closed() {
        super.closed();
        Confirmation left = confirmation;
        confirmation = null;
        if (left != null) {
            left.close();
        }
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Map.class, String.class};
    }

    @Override
    public void accepted(Exchange exchange, Intake into) {
        HubRequest request;
        try {
            request = HubRequest.of(exchange.payload(), topics);
        } catch (HubRequest.Refused refused) {
            into.settle(
                    exchange,
                    Problem.of(
                            400,
                            "HTTP-400",
                            "Not a subscription",
                            refused.getMessage() + ".",
                            "Send the form that section 5.1 of W3C WebSub describes."));
            return;
        }
        if (take(request, exchange, into)) {
            into.settle(exchange, ACCEPTED);
        } else {
            into.settle(exchange, into.busy());
        }
    }

    /** Lines a request up behind those with the same key; false if there are too many. */
    private boolean take(HubRequest request, Exchange exchange, Intake into) {
        Promise<Void> mine = Promise.promise();
        Future<Void> before;
        synchronized (turns) {
            if (underWay >= most) {
                return false;
            }
            underWay++;
            Future<Void> last = turns.put(request.key(), mine.future());
            before = last == null ? Future.succeededFuture() : last;
        }
        before.compose(turn -> confirmed(request, exchange, into)).onComplete(done -> {
            synchronized (turns) {
                underWay--;
                turns.remove(request.key(), mine.future());
            }
            mine.complete();
        });
        return true;
    }

    /** Never fails: what goes wrong is told to whoever needs to know. */
    private Future<Void> confirmed(HubRequest request, Exchange exchange, Intake into) {
        Confirmation asking = confirmation;
        if (asking == null) {
            return Future.succeededFuture(); // the app stops
        }
        return asking.ask(request).transform(answer -> {
            if (answer.failed()) {
                into.count("subscriptions.unconfirmed");
                place().log(LOG, Level.INFO)
                        .addKeyValue("topic", request.topic())
                        .addKeyValue("reason", answer.cause().getMessage())
                        .log("subscription was not confirmed by its callback");
                return Future.succeededFuture();
            }
            return handOver(exchange, into)
                    .compose(reply -> reply.isSuccess() || reply.status() == 400
                            ? Future.succeededFuture()
                            : denied(asking, request));
        });
    }

    private Future<Void> denied(Confirmation asking, HubRequest request) {
        place().log(LOG, Level.WARN)
                .addKeyValue("topic", request.topic())
                .log("confirmed subscription was not taken; its callback is told so");
        return asking.deny(request, "the hub could not store it, ask again later")
                .otherwiseEmpty(); // it runs out of patience by itself
    }

    private static Future<Reply> handOver(Exchange exchange, Intake into) {
        Promise<Reply> taken = Promise.promise();
        into.offer(new Exchange(
                exchange.payload(),
                0,
                exchange.properties(),
                "",
                System.nanoTime() + TimeUnit.SECONDS.toNanos(30),
                taken::tryComplete));
        return taken.future();
    }

    @Override
    void feed(SourceEventListener mapper, Exchange exchange) {
        HubRequest request = stored(exchange.payload());
        if (request != null) {
            boolean maps =
                    Arrays.asList(getMapper().getSupportedInputEventClasses()).contains(Map.class);
            mapper.onEvent(maps ? request.event() : request.json(), exchange.properties());
        }
    }

    /** The request, once the table has it; null after it was noted why not. On a worker thread. */
    private @Nullable HubRequest stored(String form) {
        Subscriptions table = subscriptions;
        if (table == null) {
            throw new IllegalStateException("not initialised");
        }
        Exception reason;
        try {
            HubRequest request = HubRequest.of(form, topics);
            table.apply(request);
            return request;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            reason = stopped;
        } catch (IOException | HubRequest.Refused trouble) {
            reason = trouble;
        }
        place().log(LOG, Level.ERROR).addKeyValue("error", reason.getMessage()).log("subscription was not stored");
        resources().failures().processingFailed(reason);
        return null;
    }
}
