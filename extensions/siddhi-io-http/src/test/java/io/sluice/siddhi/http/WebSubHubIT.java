package io.sluice.siddhi.http;

import static io.sluice.siddhi.http.Host.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hub whole: subscribe, confirm, deliver with a signature, unsubscribe. */
@Timeout(60)
class WebSubHubIT {

    private static final String APP = WebSubHubSourceIT.TABLE
            + "@source(type='websubhub', hub.id='farm', table.name='Subscribers', topic.list='rice,corn',"
            + " receiver.url='http://127.0.0.1:0/hub', @map(type='payload')) define stream Asked (payload string);"
            + " @sink(type='websubhub', hub.id='farm', table.name='Subscribers', hub.url='http://hub.example/',"
            + " retry.count='0', on.error='wait', @map(type='payload'))"
            + " define stream News (payload string, topic string);";

    private final Host host = new Host();
    private final Subscriber anna = new Subscriber();
    private final Subscriber ben = new Subscriber();
    private SiddhiAppRuntime app;
    private List<List<Object>> asked;
    private Web hub;

    @BeforeEach
    void start() {
        app = host.build("Hub", APP);
        asked = Host.rows(app, "Asked");
        app.start();
        hub = new Web(((ListeningSource) Host.source(app)).port());
    }

    @AfterEach
    void close() {
        host.close();
        anna.close();
        ben.close();
    }

    @Test
    void deliversToThoseWhoAskedForTheTopicUntilTheyUnsubscribe() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice"));
        ben.asks(hub, ben.form("subscribe", "corn"));
        eventually().until(() -> rows().size() == 2 && asked.size() == 2);

        news("rice is ripe", "rice");
        anna.asks(hub, anna.form("unsubscribe", "rice"));
        eventually().until(() -> rows().size() == 1);
        news("nobody hears this", "rice");
        news("corn is ripe", "corn");

        eventually().until(() -> ben.deliveries().size() == 1);
        assertThat(anna.deliveries()).extracting(Upstream.Got::body).containsExactly("rice is ripe");
        assertThat(ben.deliveries()).extracting(Upstream.Got::body).containsExactly("corn is ripe");
        assertThat(ben.deliveries().get(0).header("Link"))
                .isEqualTo("<http://hub.example/>; rel=\"hub\", <corn>; rel=\"self\"");
        assertThat(ben.deliveries().get(0).header("X-Hub-Signature")).isNull();
    }

    @Test
    void signsWithTheSecretOfTheSubscriber() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice", "hub.secret", "täglich geheim"));
        eventually().until(() -> rows().size() == 1);

        news("Reis", "rice");

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("täglich geheim".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(anna.deliveries().get(0).header("X-Hub-Signature"))
                .isEqualTo("sha256=" + HexFormat.of().formatHex(mac.doFinal("Reis".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void changesNothingThatTheCallbackDoesNotConfirm() throws Exception {
        anna.server().answers(got -> Upstream.Says.of(200, "something else"));
        anna.asks(hub, anna.form("subscribe", "rice"));
        ben.asks(hub, ben.form("subscribe", "rice"));
        eventually().until(() -> rows().size() == 1);
        eventually().until(() -> host.counter("runner.source.subscriptions.unconfirmed") == 1);

        ben.server().answers(got -> Upstream.Says.of(404, ""));
        ben.asks(hub, ben.form("unsubscribe", "rice"));

        eventually().until(() -> host.counter("runner.source.subscriptions.unconfirmed") == 2);
        assertThat(rows()).hasSize(1);
        assertThat(asked).hasSize(1);
    }

    @Test
    void renewsASubscriptionInsteadOfAddingASecondOne() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice", "hub.lease_seconds", "60"));
        anna.asks(hub, anna.form("subscribe", "rice", "hub.lease_seconds", "99999999999"));

        eventually().until(() -> asked.size() == 2);
        assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row.getData(3)).isEqualTo(HubRequest.LONGEST_LEASE));
        assertThat(anna.server().got())
                .extracting(got -> Subscriber.parameter(got, "hub.lease_seconds"))
                .containsExactly("60", "31536000");
    }

    @Test
    void forgetsALeaseThatIsOverAndACallbackThatIsGone() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice", "hub.lease_seconds", "1"));
        ben.asks(hub, ben.form("subscribe", "rice"));
        eventually().until(() -> rows().size() == 2);
        ben.answers(410);

        eventually().until(() -> {
            news("one", "rice");
            return rows().isEmpty();
        });

        assertThat(host.counter("runner.sink.subscriptions.over")).isEqualTo(1);
        assertThat(ben.deliveries()).isNotEmpty();
    }

    @Test
    void repeatsAnEventOnlyForThoseWhoHaveNotGotIt() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice"));
        ben.asks(hub, ben.form("subscribe", "rice"));
        eventually().until(() -> rows().size() == 2);
        ben.answers(503);
        Thread sender = new Thread(() -> news("wait for ben", "rice"), "sender");
        sender.start();
        eventually().until(() -> ben.deliveries().size() >= 2);

        ben.answers(200);

        sender.join();
        assertThat(anna.deliveries()).hasSize(1);
    }

    @Test
    void refusesWhatTheStandardDoesNotAllow() throws Exception {
        String good = anna.form("subscribe", "rice");
        for (String bad : Stream.of(
                        good.replace("hub.mode", "mode"),
                        good.replace("=subscribe", "=publish"),
                        good.replace("=rice", "=wheat"),
                        good.replace("http%3A", "file%3A"),
                        good.replace("%3A%2F%2F", "%3A%2F%2Fuser%3Apassword%40"),
                        good + "&hub.lease_seconds=soon",
                        good + "&hub.secret=" + "s".repeat(200))
                .toList()) {
            HttpResponse<String> answer = hub.post("/hub", bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"HTTP-400\"");
        }
        assertThat(anna.server().got()).isEmpty();
    }

    @Test
    void takesValuesThatLookLikeQueriesAsValues() throws Exception {
        anna.asks(hub, anna.form("subscribe", "rice", "hub.secret", "' or 1 == 1 delete Subscribers; --"));

        eventually().until(() -> rows().size() == 1);
        assertThat(rows().get(0).getData(2)).isEqualTo("' or 1 == 1 delete Subscribers; --");
    }

    @Test
    void saysWhichTableItNeeds() {
        assertThatThrownBy(() -> host.build("Other", APP.replace("lease_seconds long, ", "")))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("has no column 'lease_seconds' of type long")
                .hasMessageContaining("define table Subscribers");
    }

    private Event[] query() {
        return app.query("from Subscribers select callback, topic, secret, lease_seconds");
    }

    private List<Event> rows() {
        Event[] rows = query();
        return rows == null ? List.of() : List.of(rows);
    }

    private void news(String text, String topic) {
        try {
            app.getInputHandler("News").send(new Object[] {text, topic});
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
