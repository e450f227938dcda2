package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.event.Event;
import io.siddhi.core.util.transport.DynamicOptions;
import io.siddhi.core.util.transport.Option;
import io.siddhi.query.api.definition.Attribute;
import io.sluice.siddhi.kit.Options;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The side of a WebSub hub that delivers (W3C WebSub section 7): every event goes to all who are subscribed to its topic now.
 *
 * <ol>
 *   <li>With a secret, {@code X-Hub-Signature} is {@code sha256=} and the HMAC of the body; the published sink sent a plain hash, which proves nothing.
 *   <li>The table is read for each event, so who unsubscribes gets no more. What is over is removed, and so is a callback that answers 410.
 *   <li>While any callback cannot be reached, or answers 408, 425, 429 or 5xx, the event counts as not delivered and goes the way of {@code on.error};
 *       another attempt goes only to those who have not got it. Other statuses are final for that callback: counted and logged.
 * </ol>
 */
@Extension(
        name = "websubhub",
        namespace = "sink",
        description = "Delivers to the subscribers of a WebSub hub. Has the options of the http sink.",
        parameters = {
            @Parameter(
                    name = "hub.id",
                    description = "Names the hub, as the websubhub source does.",
                    type = DataType.STRING),
            @Parameter(
                    name = "table.name",
                    description = "Table of the app that the websubhub source writes.",
                    type = DataType.STRING),
            @Parameter(
                    name = "topic",
                    description = "Topic of the event.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "attribute topic of the stream"),
            @Parameter(
                    name = "hub.url",
                    description =
                            "Public address of the hub; with it deliveries carry the Link headers of the standard.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "no Link headers"),
            @Parameter(
                    name = "publisher.url",
                    description = "Accepted for old apps, without effect: the callbacks are in the table.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "hub.update.time",
                    description = "Accepted for old apps, without effect: the table is read for each event.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "0")
        },
        examples =
                @Example(
                        syntax = "@sink(type='websubhub', hub.id='farm', table.name='Subscribers', @map(type='json'))\n"
                                + "define stream Prices (topic string, price double);",
                        description = "Every price goes, as JSON, to the callbacks that are subscribed to its topic."))
public final class WebSubHubSink extends HttpSink {

    private static final Logger LOG = LoggerFactory.getLogger(WebSubHubSink.class);
    private static final String TOPIC = "topic";
    private static final int GONE = 410;

    private final Queue<Subscription> gone = new ConcurrentLinkedQueue<>(); // at most what the table holds
    private @Nullable Subscriptions subscriptions;
    private @Nullable Option topic;
    private String hubUrl = "";
    private int attribute = -1;
    private volatile @Nullable Round round;

    /** Who has got an event; kept until the next one, for further attempts. */
    private record Round(DynamicOptions event, Set<String> settled) {}

    /** For Siddhi. */
    public WebSubHubSink() {
        super("websubhub", 1);
    }

    @Override
    boolean isAddressed() {
        return false;
    }

    @Override
    void read(Options reading) {
        subscriptions = Subscriptions.read(reading, resources(), app());
        topic = reading.dynamic(TOPIC);
        hubUrl = reading.text("hub.url", "").trim();
        if (hubUrl.matches("(?s).*[<>\\s].*")) {
            reading.problem("option 'hub.url' is no address");
        }
        List<Attribute> attributes = stream().getAttributeList();
        for (int index = 0; index < attributes.size(); index++) {
            if (attributes.get(index).getName().equals(TOPIC)) {
                attribute = index;
            }
        }
        if (topic == null && attribute < 0) {
            reading.problem("the stream has no attribute 'topic' and the sink no option 'topic'");
        }
    }

    @Override
    public String[] getSupportedDynamicOptions() {
        return new String[] {"method", "headers", "refresh.token", TOPIC};
    }

    @Override
    Future<Void> deliver(Sender to, Outgoing outgoing, String refresh, DynamicOptions event) {
        Subscriptions table = subscriptions;
        if (table == null) {
            return Future.failedFuture(new IOException("the sink is not initialised"));
        }
        String wanted = topicOf(event);
        List<Subscription> all;
        try {
            all = valid(table, wanted);
        } catch (IOException trouble) {
            return Future.failedFuture(trouble);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Future.failedFuture(new IOException("stopped before the subscriptions were read", stopped));
        }
        Set<String> settled = settledOf(event);
        Outgoing linked = linked(outgoing, wanted);
        List<Future<Void>> deliveries = new ArrayList<>();
        for (Subscription subscription : all) {
            if (!settled.contains(subscription.callback())) {
                deliveries.add(
                        to.send(signed(linked, subscription), refresh, options().bounds(), Exchanges.upTo(0))
                                .compose(answer -> verdict(subscription, answer))
                                .onSuccess(done -> settled.add(subscription.callback())));
            }
        }
        return Future.join(deliveries).mapEmpty();
    }

    /** On the thread of the app, which the table may need too. */
    private List<Subscription> valid(Subscriptions table, String wanted) throws IOException, InterruptedException {
        for (Subscription left = gone.poll(); left != null; left = gone.poll()) {
            table.remove(left.callback(), left.topic());
        }
        long now = resources().clock().millis();
        List<Subscription> valid = new ArrayList<>();
        for (Subscription subscription : table.of(wanted)) {
            if (subscription.isOver(now)) {
                table.remove(subscription.callback(), subscription.topic());
                count("subscriptions.over");
            } else {
                valid.add(subscription);
            }
        }
        return valid;
    }

    /** Siddhi repeats an event with the same options object. */
    private Set<String> settledOf(DynamicOptions event) {
        Round last = round;
        if (last == null || last.event() != event) {
            last = new Round(event, ConcurrentHashMap.newKeySet());
            round = last;
        }
        return last.settled();
    }

    private Future<Void> verdict(Subscription subscription, Answer answer) {
        if (answer.isSuccess()) {
            count("deliveries");
            return Future.succeededFuture();
        }
        if (answer.isPassing()) {
            return Future.failedFuture(new IOException("a callback answered with status " + answer.status()));
        }
        if (answer.status() == GONE) {
            gone.add(subscription);
        }
        count("deliveries.refused");
        place().log(LOG, Level.WARN)
                .addKeyValue("topic", subscription.topic())
                .addKeyValue("status", answer.status())
                .log("callback refused a delivery");
        return Future.succeededFuture();
    }

    private String topicOf(DynamicOptions event) {
        if (topic != null) {
            return String.valueOf(topic.getValue(event));
        }
        Event source = event.getEvent();
        return source == null ? "" : String.valueOf(source.getData(attribute));
    }

    private Outgoing linked(Outgoing outgoing, String wanted) {
        if (hubUrl.isEmpty()) {
            return outgoing;
        }
        String self = wanted.replaceAll("[<>\\s]", "");
        return outgoing.with("Link", "<" + hubUrl + ">; rel=\"hub\", <" + self + ">; rel=\"self\"");
    }

    private static Outgoing signed(Outgoing outgoing, Subscription subscription) {
        Outgoing addressed = outgoing.to(subscription.callback());
        if (subscription.secret().isEmpty()) {
            return addressed;
        }
        Buffer body = outgoing.body();
        byte[] bytes = body == null ? new byte[0] : body.getBytes();
        return addressed.with("X-Hub-Signature", "sha256=" + hmac(subscription.secret(), bytes));
    }

    private static String hmac(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
