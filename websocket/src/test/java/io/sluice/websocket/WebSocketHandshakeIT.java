package io.sluice.websocket;

import static io.sluice.websocket.RawClient.ascii;
import static io.sluice.websocket.RawClient.concat;
import static io.sluice.websocket.RawClient.frame;
import static io.sluice.websocket.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 6455 §4.2 seen from a raw socket: what is let in, how the rest is refused, and that no early byte is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
class WebSocketHandshakeIT {
    private static final long ASYNC_MILLIS = 100;
    private static final byte[] MUCH = frame(0x82, new byte[300_000]);

    private final Map<Transport, TestServer> servers = new EnumMap<>(Transport.class);
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusedTwice = new AtomicInteger();

    /** Header lines of a request that is refused. */
    record Invalid(String name, String request, int status) {
        @Override
        public String toString() {
            return name + " -> " + status;
        }
    }

    @BeforeAll
    void start() throws Exception {
        for (Transport transport : Transport.values()) {
            servers.put(
                    transport,
                    new TestServer(transport, (request, handshake) -> decide(transport, request, handshake)));
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (TestServer server : servers.values()) {
            server.close();
        }
    }

    private void decide(Transport transport, HttpServerRequest request, Handshake handshake) {
        switch (request.path()) {
            case "/async" -> servers.get(transport).vertx().setTimer(ASYNC_MILLIS, fired -> accept(handshake, null));
            case "/thread" -> new Thread(() -> accept(handshake, null)).start();
            case "/protocol" -> accept(handshake, handshake.offeredProtocols().get(1));
            case "/refuse" ->
                handshake.refuse(response -> response.setStatusCode(401)
                        .putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"")
                        .putHeader("Content-Type", "application/problem+json")
                        .end("{\"status\":401}"));
            case "/refuse-async" ->
                servers.get(transport)
                        .vertx()
                        .setTimer(
                                ASYNC_MILLIS,
                                fired -> handshake.refuse(
                                        response -> response.setStatusCode(403).end("no")));
            case "/refuse-fails" ->
                handshake.refuse(response -> {
                    throw new IllegalStateException("expected by the test");
                });
            case "/twice" -> {
                accept(handshake, null);
                assertThatThrownBy(() -> accept(handshake, null)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> handshake.refuse(response -> {})).isInstanceOf(IllegalStateException.class);
                refusedTwice.incrementAndGet();
            }
            case "/foreign-protocol" -> {
                assertThatThrownBy(() -> accept(handshake, "not offered")).isInstanceOf(IllegalArgumentException.class);
                accept(handshake, null);
            }
            default -> accept(handshake, null);
        }
    }

    private Future<WebSocketSession> accept(Handshake handshake, String subprotocol) {
        return handshake.accept(subprotocol, WebSocketLimits.defaults(), new Echo() {
            @Override
            public void binary(WebSocketSession session, byte[] message) {
                session.sendText(message.length + " bytes");
            }

            @Override
            public void closed(WebSocketSession session, int code, String reason) {
                outcomes.add("closed " + code);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersTheKeyAsTheRfcSays(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(
                    request("Sec-WebSocket-Protocol: one, two\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"));

            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
            assertThat(head.toLowerCase()).contains("\r\nupgrade: websocket\r\n", "\r\nconnection: upgrade\r\n");
            assertThat(head).containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            assertThat(head).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
            assertThat(head).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            assertThat(head)
                    .doesNotContainIgnoringCase("Content-Length")
                    .doesNotContainIgnoringCase("Transfer-Encoding");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void agreesOnTheSubprotocolThatWasChosen(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get(
                    "/protocol",
                    "Sec-WebSocket-Protocol: v1.stream\r\nSec-WebSocket-Protocol: bearer.x, v2.stream\r\n"));

            assertThat(client.head()).containsIgnoringCase("Sec-WebSocket-Protocol: bearer.x\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void takesTokensInAnyCaseAndPlace(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(
                    ascii("GET / HTTP/1.1\r\nHost: localhost\r\nUPGRADE: h2c, WebSocket\r\nConnection: keep-alive\r\n"
                            + "connection: UPGRADE\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawClient.KEY
                            + "\r\n\r\n"));

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesAnInvalidHandshakeAndEndsTheConnection(Invalid invalid) throws Exception {
        for (Transport transport : Transport.values()) {
            try (RawClient client = connect(transport)) {
                client.send(ascii(invalid.request()));

                String head = client.head();
                assertThat(head).as("%s", transport).startsWith("HTTP/1.1 " + invalid.status() + " ");
                assertThat(head).containsIgnoringCase("\r\nConnection: close\r\n");
                if (invalid.status() == 426) {
                    assertThat(head).containsIgnoringCase("\r\nSec-WebSocket-Version: 13\r\n");
                }
                if (invalid.status() == 405) {
                    assertThat(head).containsIgnoringCase("\r\nAllow: GET\r\n");
                }
                assertThat(client.rest()).isNotEmpty();
            }
        }
    }

    static Stream<Invalid> invalid() {
        String valid = new String(request(""), StandardCharsets.US_ASCII);
        String key = "Sec-WebSocket-Key: " + RawClient.KEY + "\r\n";
        String version = "Sec-WebSocket-Version: 13\r\n";
        return Stream.of(
                new Invalid("version 8", valid.replace(version, "Sec-WebSocket-Version: 8\r\n"), 426),
                new Invalid("version 99", valid.replace(version, "Sec-WebSocket-Version: 99\r\n"), 426),
                new Invalid("no version", valid.replace(version, ""), 426),
                new Invalid("two versions", valid.replace(version, version + "Sec-WebSocket-Version: 8\r\n"), 426),
                new Invalid("no key", valid.replace(key, ""), 400),
                new Invalid("two keys", valid.replace(key, key + key), 400),
                new Invalid("key abc", valid.replace(RawClient.KEY, "abc"), 400),
                new Invalid("key of 15 bytes", valid.replace(RawClient.KEY, "AAAAAAAAAAAAAAAAAAAA"), 400),
                new Invalid("key of 17 bytes", valid.replace(RawClient.KEY, "AAAAAAAAAAAAAAAAAAAAAAA="), 400),
                new Invalid("key not base64", valid.replace(RawClient.KEY, "!!!!!!!!!!!!!!!!!!!!!!=="), 400),
                new Invalid("POST", valid.replace("GET", "POST"), 405),
                new Invalid(
                        "POST with a body",
                        valid.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"),
                        405),
                new Invalid("body", valid.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"), 400),
                new Invalid(
                        "chunked body",
                        valid.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                        400),
                new Invalid("no Connection", valid.replace("Connection: Upgrade\r\n", ""), 400),
                new Invalid(
                        "Connection keep-alive", valid.replace("Connection: Upgrade", "Connection: keep-alive"), 400));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void losesNoByteRightBehindTheHandshake(Transport transport) throws Exception {
        for (String path : List.of("/", "/async", "/thread")) {
            try (RawClient client = connect(transport)) {
                client.send(get(path, ""), frame(0x81, "early"), frame(0x81, "bird"));

                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                assertThat(client.frame().text()).isEqualTo("early");
                assertThat(client.frame().text()).isEqualTo("bird");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void losesNothingOfMuchThatComesDuringAnAsynchronousDecision(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get("/async", ""));
            client.send(MUCH, frame(0x81, "after"));

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame().text()).isEqualTo("300000 bytes");
            assertThat(client.frame().text()).isEqualTo("after");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void understandsAHandshakeThatComesByteByByte(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            for (byte next : concat(request(""), frame(0x81, "slowly"))) {
                client.send(new byte[] {next});
            }

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame().text()).isEqualTo("slowly");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void refusesWithAnOrdinaryAnswerAlsoWhenBytesAreComing(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get("/refuse", ""), MUCH);

            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 401 Unauthorized\r\n");
            assertThat(head).containsIgnoringCase("WWW-Authenticate: Bearer error=\"invalid_token\"\r\n");
            assertThat(head).containsIgnoringCase("Content-Type: application/problem+json\r\n");
            assertThat(head).containsIgnoringCase("Connection: close\r\n");
            assertThat(client.rest()).isEqualTo(ascii("{\"status\":401}"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void refusesLater(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get("/refuse-async", ""), frame(0x81, "early"));

            assertThat(client.head()).startsWith("HTTP/1.1 403 ");
            assertThat(client.rest()).isEqualTo(ascii("no"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void endsTheConnectionWhenTheRefusalItselfFails(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get("/refuse-fails", ""));

            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isDecidedOnce(Transport transport) throws Exception {
        refusedTwice.set(0);
        try (RawClient client = connect(transport)) {
            client.send(get("/twice", ""), frame(0x81, "a"));

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame().text()).isEqualTo("a");
            assertThat(refusedTwice).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void canBeDecidedAfterAWrongChoiceOfSubprotocol(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(get("/foreign-protocol", ""));

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void survivesAPeerThatLeavesBeforeTheDecision(Transport transport) throws Exception {
        outcomes.clear();
        try (RawClient client = connect(transport)) {
            client.send(get("/async", ""), frame(0x81, "early"));
            client.socket().setSoLinger(true, 0);
        }

        try (RawClient next = connect(transport)) {
            next.send(get("/async", ""), frame(0x81, "still there"));
            assertThat(next.head()).startsWith("HTTP/1.1 101 ");
            assertThat(next.frame().text()).isEqualTo("still there");
            next.send(RawClient.closeFrame(1000, ""));
        }
        await().untilAsserted(() -> assertThat(outcomes).contains("closed 1000"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leavesOrdinaryRequestsOfTheServerAlone(Transport transport) throws Exception {
        try (RawClient client = connect(transport)) {
            client.send(ascii("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));

            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("plain HTTP");
        }
    }

    private RawClient connect(Transport transport) throws Exception {
        return transport.connect(servers.get(transport).port());
    }

    private static byte[] get(String path, String moreHeaders) {
        String request = new String(request(moreHeaders), StandardCharsets.US_ASCII);
        return ascii(request.replace("GET / ", "GET " + path + " "));
    }
}
