package io.sluice.siddhi.websocket;

import static io.sluice.siddhi.websocket.Host.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the ports of server sources and sinks. */
class WebSocketServerTlsIT {

    @TempDir
    private static Path folder;

    private final Host host = new Host();

    @BeforeAll
    static void makeKeys() throws Exception {
        Certificates.keystore(folder, "PKCS12", "PKCS12");
        Certificates.keystore(folder, "JKS", "JKS");
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void servesOverTls(String type) throws Exception {
        SiddhiAppRuntime app = host.start("Secure", sink("Out", 0, tls(type)));
        HttpClient http = HttpClient.newBuilder()
                .sslContext(Certificates.context(keystore(type)))
                .build();
        try (JdkClient client =
                new JdkClient(http, "wss://localhost:" + Host.serverSink(app).port() + "/")) {
            eventually().until(() -> Host.subscribers(app) == 1);

            app.getInputHandler("Out").send(new Object[] {"safe"});

            eventually().until(() -> client.texts().contains("safe"));
        }
        assertThat(Host.sink(app).getServiceDeploymentInfoList().get(0).isSecured())
                .isTrue();
    }

    @Test
    void takesTheKeystoreFromTheDeploymentConfigurationWhereTheAppNamesNone() {
        host.configure(Map.of(
                "sink.websocket-server.keystore.path",
                keystore("PKCS12"),
                "sink.websocket-server.keystore.password",
                Certificates.PASSWORD));

        host.start("Configured", sink("Out", 0, "tls.enabled='true',"));

        assertThat(host.runs("Configured")).isTrue();
    }

    @Test
    void connectsAClientSourceToAServerSinkOverTls() throws Exception {
        SiddhiAppRuntime server = host.start("Server", sink("Out", 0, tls("PKCS12")));
        SiddhiAppRuntime client = host.start(
                "Client",
                "@source(type='websocket', url='wss://localhost:"
                        + Host.serverSink(server).port() + "/', truststore.path='" + keystore("JKS")
                        + "', truststore.password='" + Certificates.PASSWORD
                        + "', @map(type='payload')) define stream Wrong (payload string);");
        assertThat(Host.subscribers(server)).as("trusted by chance").isZero();
        client.shutdown();
        SiddhiAppRuntime trusting = host.start(
                "Trusting",
                "@source(type='websocket', url='wss://localhost:"
                        + Host.serverSink(server).port() + "/', truststore.path='" + keystore("PKCS12")
                        + "', truststore.password='" + Certificates.PASSWORD
                        + "', @map(type='payload')) define stream In (payload string);");
        List<String> events = Host.events(trusting, "In");
        eventually().until(() -> Host.subscribers(server) == 1);

        server.getInputHandler("Out").send(new Object[] {"through"});

        eventually().until(() -> events.contains("through"));
    }

    @Test
    void refusesToShareAPortUnderOtherTlsSettings() {
        int port = Host.freePort();
        host.start("Secure", sink("A", port, "path='/a', " + tls("PKCS12")));

        for (String other : List.of("path='/b',", "path='/b', " + tls("JKS"))) {
            WebSocketServerSink second = Host.serverSink(host.build("Other" + other.length(), sink("B", port, other)));
            assertThatThrownBy(second::connect)
                    .isInstanceOf(SiddhiAppRuntimeException.class)
                    .hasMessageContainingAll("'B'", String.valueOf(port), "'A'", "'Secure'", "PKCS12")
                    .hasMessageNotContaining(Certificates.PASSWORD);
        }
        assertThat(host.runs("Secure")).isTrue();
    }

    @Test
    void hasNoDefaultKeyAndNoDefaultPassword() {
        assertThatThrownBy(() -> host.build("NoKey", sink("Out", 0, "tls.enabled='true',")))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("needs option 'keystore.path'");
        assertThatThrownBy(() -> host.build(
                        "NoPassword", sink("Out", 0, "tls.enabled='true', keystore.path='" + keystore("JKS") + "',")))
                .hasMessageContaining("needs option 'keystore.password'");
        assertThatThrownBy(() -> host.build(
                        "NoFile",
                        sink("Out", 0, "tls.enabled='true', keystore.path='/none.p12', keystore.password='x',")))
                .hasMessageContaining("there is no file '/none.p12'");
    }

    private static String keystore(String type) {
        return folder.resolve(type).toString();
    }

    private static String tls(String type) {
        return "tls.enabled='true', keystore.path='" + keystore(type) + "', keystore.password='" + Certificates.PASSWORD
                + "',";
    }

    private static String sink(String stream, int port, String options) {
        return "@sink(type='websocket-server', host='127.0.0.1', port='" + port + "', " + options
                + " @map(type='payload')) define stream " + stream + " (payload string); ";
    }
}
