package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.sluice.siddhi.http.Upstream.Says;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the http sink promises. */
@Timeout(60)
class HttpSendingIT {

    private final Host host = new Host();
    private final Upstream upstream = new Upstream();

    @AfterEach
    void close() {
        host.close();
        upstream.close();
    }

    private SiddhiAppRuntime app(String options, String attributes) {
        return host.start(
                "App",
                "@sink(type='http', retry.interval='1', " + options + ", @map(type='payload'))"
                        + " define stream Out (payload string" + attributes + ");");
    }

    private static void send(SiddhiAppRuntime app, Object... data) throws InterruptedException {
        app.getInputHandler("Out").send(data);
    }

    private String url() {
        return "publisher.url='" + upstream.url("/events") + "'";
    }

    @Test
    void sendsMethodHeadersAndAddressOfEachEvent() throws Exception {
        SiddhiAppRuntime app = app(
                "publisher.url='" + upstream.url("/{{path}}?q=1")
                        + "', method='{{verb}}', headers=\"'X-Kind:{{kind}}','X-Colon:a:b'\"",
                ", path string, verb string, kind string");

        send(app, "one", "a", "put", "k1");
        send(app, "two", "b", "get", "k2");

        assertThat(upstream.got()).extracting(Upstream.Got::method).containsExactly("PUT", "GET");
        assertThat(upstream.got()).extracting(Upstream.Got::path).containsExactly("/a", "/b");
        assertThat(upstream.got()).extracting(Upstream.Got::query).containsExactly("q=1", "q=1");
        assertThat(upstream.got()).extracting(got -> got.header("X-Kind")).containsExactly("k1", "k2");
        assertThat(upstream.got().get(0).header("X-Colon")).isEqualTo("a:b");
        assertThat(upstream.got().get(0).header("Content-Type")).isEqualTo("text/plain");
        assertThat(upstream.bodies()).containsExactly("one", "");
    }

    @Test
    void sendsJsonAsJsonAndLetsAnExplicitContentTypeWin() throws Exception {
        SiddhiAppRuntime app = host.start(
                "Json",
                "@sink(type='http', " + url() + ", @map(type='json'))"
                        + "@sink(type='http', " + url() + ", headers=\"'content-type:x/y'\", @map(type='json'))"
                        + " define stream Out (id string);");

        send(app, "a");

        assertThat(upstream.got())
                .extracting(got -> got.header("Content-Type"))
                .containsExactlyInAnyOrder("application/json", "x/y");
        assertThat(upstream.bodies()).allMatch(body -> body.contains("{\"event\":{\"id\":\"a\"}}"));
    }

    @Test
    void keepsOneConnectionForAThousandAddresses() throws Exception {
        SiddhiAppRuntime app = app("publisher.url='" + upstream.url("/{{payload}}") + "'", "");

        for (int i = 0; i < 1000; i++) {
            send(app, "p" + i);
        }

        assertThat(upstream.got()).hasSize(1000);
        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
        assertThat(upstream.bodies())
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "p" + i).toList());
        assertThat(host.counter("runner.sink.events.sent")).isEqualTo(1000);
    }

    @Test
    void triesAgainWhatMaySucceedLater() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        upstream.answers(request -> Says.of(calls.incrementAndGet() < 3 ? 503 : 200, ""));
        SiddhiAppRuntime app = app(url() + ", retry.count='2', on.error='STORE'", "");

        send(app, "a");

        assertThat(upstream.bodies()).containsExactly("a", "a", "a");
        assertThat(host.errors().events()).isEmpty();
    }

    @Test
    void storesWhatTheServerRefusesForGoodAfterOneAttempt() throws Exception {
        upstream.answers(request -> Says.of(request.body().equals("bad") ? 422 : 200, ""));
        SiddhiAppRuntime app = app(url() + ", retry.count='5', on.error='STORE'", "");

        send(app, "bad");
        send(app, "good");

        assertThat(upstream.bodies()).containsExactly("bad", "good");
        assertThat(host.errors().events()).hasSize(1);
        assertThat(host.errors().events().get(0).getThrowable()).hasMessageContaining("422");
    }

    @Test
    void storesWhatFailsAlthoughTriedAgain() throws Exception {
        upstream.answers(request -> Says.of(500, ""));
        SiddhiAppRuntime app = app(url() + ", retry.count='1', on.error='STORE'", "");

        send(app, "a");

        assertThat(upstream.bodies()).as("two attempts, twice by Siddhi").hasSize(4);
        assertThat(host.errors().events()).hasSize(1);
    }

    @Test
    void storesAnEventWhoseHeadersOrAddressMakeNoSense() throws Exception {
        SiddhiAppRuntime app = app(
                "publisher.url='{{address}}', headers='{{heads}}', on.error='STORE'", ", address string, heads string");

        send(app, "a", "no address", "'a:b'");
        send(app, "b", upstream.url("/x"), "nonsense");
        send(app, "c", upstream.url("/x"), "'X-Split:a\r\nX-Evil: 1'");
        send(app, "d", upstream.url("/x"), "'X-Fine:1'");

        assertThat(upstream.bodies()).containsExactly("d");
        assertThat(host.errors().events()).hasSize(3);
    }

    @Test
    void waitsForTheServerInsteadOfDropping() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        upstream.answers(request -> Says.of(calls.incrementAndGet() < 3 ? 404 : 200, ""));
        SiddhiAppRuntime app = app(url() + ", retry.count='0', on.error='WAIT'", "");

        send(app, "a");

        assertThat(upstream.bodies()).containsExactly("a", "a", "a");
    }

    @Test
    void endsADeliveryThatIsNotAnsweredInTime() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        upstream.answers(request -> {
            try {
                gate.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return Says.of(200, "");
        });
        SiddhiAppRuntime app = app(url() + ", request.timeout='200', retry.count='0', on.error='STORE'", "");

        send(app, "a");
        gate.countDown();

        assertThat(host.errors().events()).hasSize(1);
    }

    @Test
    void sendsSeveralAtATimeWhereAskedAndStoresWhatFails() throws Exception {
        CountDownLatch gate = new CountDownLatch(4);
        upstream.answers(request -> {
            gate.countDown();
            try {
                gate.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return Says.of(request.body().equals("2") ? 400 : 200, "");
        });
        SiddhiAppRuntime app = app(url() + ", max.in.flight='4', on.error='STORE'", "");

        for (int i = 0; i < 4; i++) {
            send(app, String.valueOf(i)); // would wait forever one by one
        }

        Host.eventually().until(() -> host.errors().events().size() == 1);
        assertThat(upstream.bodies()).containsExactlyInAnyOrder("0", "1", "2", "3");
    }

    @Test
    void sendsBasicCredentialsAndWantsBothParts() throws Exception {
        send(app(url() + ", basic.auth.username='u', basic.auth.password='p:w'", ""), "a");

        assertThat(upstream.got().get(0).header("Authorization")).isEqualTo("Basic dTpwOnc=");
        assertThatThrownBy(
                        () -> host.build(
                                "Half",
                                "@sink(type='http', " + url()
                                        + ", basic.auth.username='u', @map(type='payload')) define stream Out (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("basic.auth.password");
    }

    @Test
    void sharesTokensRenewsARefusedOneOnceAndUsesRefreshTokens() throws Exception {
        List<String> grants = new CopyOnWriteArrayList<>();
        AtomicInteger tokens = new AtomicInteger();
        upstream.answers(request -> {
            if (request.path().equals("/token")) {
                grants.add(request.body());
                return new Says(
                        200,
                        "{\"access_token\":\"t" + tokens.incrementAndGet()
                                + "\",\"expires_in\":3600,\"refresh_token\":\"r1\"}",
                        Map.of("Content-Type", "application/json"));
            }
            boolean stale = request.body().startsWith("after") && "Bearer t1".equals(request.header("Authorization"));
            return Says.of(stale || request.body().equals("never") ? 401 : 200, "");
        });
        String oauth = "@sink(type='http', on.error='STORE', " + url() + ", consumer.key='k', consumer.secret='s',"
                + " token.url='" + upstream.url("/token") + "', @map(type='payload'))";
        SiddhiAppRuntime app = host.start("OAuth", oauth + oauth + " define stream Out (payload string);");

        send(app, "one");
        send(app, "after");
        send(app, "never");

        List<Upstream.Got> events = upstream.got().stream()
                .filter(got -> got.path().equals("/events"))
                .toList();
        assertThat(events.get(0).header("Authorization")).isEqualTo("Bearer t1");
        assertThat(events.get(1).header("Authorization")).isEqualTo("Bearer t1");
        assertThat(events.stream().filter(got -> got.body().equals("after")).map(got -> got.header("Authorization")))
                .as("the first sink renews the token, the second has it already")
                .containsExactly("Bearer t1", "Bearer t2", "Bearer t2");
        assertThat(events.stream()
                        .filter(got -> got.body().equals("never"))
                        .map(got -> got.header("Authorization"))
                        .distinct())
                .as("each sink asks for one fresh token and gives up")
                .containsExactly("Bearer t2", "Bearer t3", "Bearer t4");
        assertThat(grants.get(0)).isEqualTo("grant_type=client_credentials&scope=default");
        assertThat(grants.get(1)).isEqualTo("grant_type=refresh_token&refresh_token=r1&scope=default");
        assertThat(upstream.got().get(0).header("Authorization")).isEqualTo("Basic azpz");
        assertThat(host.errors().events()).hasSize(2);
    }

    @Test
    void asksWithThePasswordOfAUserWhenTheRefreshTokenIsRefused() throws Exception {
        List<String> grants = new CopyOnWriteArrayList<>();
        upstream.answers(request -> {
            if (!request.path().equals("/token")) {
                return Says.of(200, "");
            }
            grants.add(request.body());
            return request.body().contains("refresh_token")
                    ? Says.of(400, "{\"error\":\"invalid_grant\"}")
                    : Says.of(200, "{\"access_token\":\"t\"}");
        });
        SiddhiAppRuntime app = app(
                url() + ", body.consumer.key='k', body.consumer.secret='s', oauth.username='u', oauth.password='p',"
                        + " oauth.scope='a b', refresh.token='old', token.url='" + upstream.url("/token") + "'",
                "");

        send(app, "one");
        send(app, "two");

        assertThat(grants)
                .containsExactly(
                        "grant_type=refresh_token&refresh_token=old&scope=a+b&client_id=k&client_secret=s",
                        "grant_type=password&username=u&password=p&scope=a+b&client_id=k&client_secret=s");
        assertThat(upstream.bodies()).contains("one", "two");
    }

    @Test
    void refusesOptionsThatCannotWork() {
        assertThatThrownBy(() -> host.build(
                        "Bad",
                        "@sink(type='http', publisher.url='ftp://x', consumer.key='k', consumer.secret='s',"
                                + " client.bootstrap.configurations=\"'no.such:1'\", @map(type='payload'))"
                                + " define stream Out (payload string);"))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("publisher.url")
                .hasMessageContaining("token.url")
                .hasMessageContaining("no.such");
    }
}
