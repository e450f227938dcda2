package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client of the JDK agrees with this server. */
@ExtendWith(LeakCheck.class)
class JdkClientIT {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                heard.add(bytes + " bytes");
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            heard.add("pong " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add("error " + error);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void exchangesMessagesPingsAndACloseOfTheClient(Transport transport) throws Exception {
        try (TestServer server = TestServer.accepting(transport, WebSocketLimits.defaults(), new Echo())) {
            WebSocket socket = connect(transport, server, "");

            socket.sendText("first ", false).get(5, TimeUnit.SECONDS);
            socket.sendText("€uro", true).get(5, TimeUnit.SECONDS);
            socket.sendPing(ByteBuffer.allocate(5)).get(5, TimeUnit.SECONDS);
            socket.sendBinary(ByteBuffer.allocate(200_000), true).get(5, TimeUnit.SECONDS);
            await().untilAsserted(() -> assertThat(heard).contains("first €uro", "pong 5", "200000 bytes"));
            socket.sendClose(4000, "done").get(5, TimeUnit.SECONDS);

            await().untilAsserted(() -> assertThat(heard).last().asString().startsWith("close 4000"));
            assertThat(heard).hasSize(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void receivesTheCloseOfTheServer(Transport transport) throws Exception {
        try (TestServer server = new TestServer(
                transport,
                (request, handshake) -> handshake
                        .accept("v1", WebSocketLimits.defaults(), new Echo())
                        .onSuccess(session -> {
                            session.sendText("hello");
                            session.close(CloseCode.TRY_AGAIN_LATER, "too slow");
                        }))) {
            WebSocket socket = connect(transport, server, "v1");

            assertThat(socket.getSubprotocol()).isEqualTo("v1");
            await().untilAsserted(() -> assertThat(heard).containsExactly("hello", "close 1013 too slow"));
        }
    }

    private WebSocket connect(Transport transport, TestServer server, String subprotocol) throws Exception {
        WebSocket.Builder builder =
                HttpClient.newBuilder().sslContext(Transport.trusting()).build().newWebSocketBuilder();
        if (!subprotocol.isEmpty()) {
            builder.subprotocols(subprotocol);
        }
        String scheme = transport == Transport.TLS ? "wss" : "ws";
        return builder.buildAsync(URI.create(scheme + "://127.0.0.1:" + server.port() + "/"), new Ear())
                .get(10, TimeUnit.SECONDS);
    }
}
