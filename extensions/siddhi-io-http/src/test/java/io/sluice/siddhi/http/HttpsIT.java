package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.exception.SiddhiAppCreationException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, certificates of clients, and HTTP/2. */
@Timeout(60)
class HttpsIT {

    @TempDir
    private static Path folder;

    private static String ours;
    private static String strangers;

    private final Host host = new Host();

    @BeforeAll
    static void makeKeys() throws Exception {
        ours = Certificates.keystore(folder, "ours.p12", "PKCS12");
        strangers = Certificates.keystore(folder, "strangers.jks", "JKS");
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static String store(String option, String file) {
        return ", " + option + ".file='" + file + "', " + option + ".password='" + Certificates.PASSWORD + "'";
    }

    private SiddhiAppRuntime source(String options) {
        return host.build(
                "Source",
                "@source(type='http', receiver.url='https://127.0.0.1:0/in'" + options
                        + ", @map(type='payload')) define stream In (payload string);");
    }

    private static int port(SiddhiAppRuntime app) {
        return ((ListeningSource) Host.source(app)).port();
    }

    private static Web web(SiddhiAppRuntime app, SSLContext context) {
        return new Web(HttpClient.newBuilder().sslContext(context).build(), "https://127.0.0.1:" + port(app));
    }

    private static SSLContext trusting(String keystore) throws Exception {
        return Certificates.trusting(keystore);
    }

    @Test
    void speaksHttp2WithAndWithoutTls() throws Exception {
        SiddhiAppRuntime secure = source(store("https.keystore", ours));
        secure.start();
        HttpResponse<String> overTls = web(secure, trusting(ours)).post("/in", "a");
        SiddhiAppRuntime plain = host.start(
                "Plain",
                "@source(type='http', receiver.url='http://127.0.0.1:0/in', @map(type='payload'))"
                        + " define stream In (payload string);");
        Web web = new Web(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build(), "http://127.0.0.1:" + port(plain));
        web.post("/in", "first, with the upgrade");
        HttpResponse<String> inTheClear = web.post("/in", "a");

        assertThat(overTls.statusCode()).isEqualTo(200);
        assertThat(overTls.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(inTheClear.statusCode()).isEqualTo(200);
        assertThat(inTheClear.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(web.post("/in", "").statusCode()).isEqualTo(405);
    }

    @Test
    void takesOnlyClientsWhoseCertificateItTrusts() throws Exception {
        SiddhiAppRuntime app = source(store("https.keystore", ours) + store("https.truststore", ours)
                + ", ssl.verify.client='require', ssl.protocol='TLSv1.2'");
        app.start();

        assertThat(web(app, Certificates.context(ours)).post("/in", "a").statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> web(app, trusting(ours)).post("/in", "a")).isInstanceOf(IOException.class);
    }

    @Test
    void usesTheKeyOfTheConfigurationAndHasNoneOfItsOwn() throws Exception {
        assertThatThrownBy(() -> source(""))
                .isInstanceOf(SiddhiAppCreationException.class)
                .hasMessageContaining("no default key");
        host.configure(
                Map.of("source.http.keyStoreLocation", ours, "source.http.keyStorePassword", Certificates.PASSWORD));
        SiddhiAppRuntime app = source("");
        app.start();

        assertThat(web(app, trusting(ours)).post("/in", "a").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesToShareAPortWithOtherKeys() {
        int port = Host.freePort();
        String stream = "@source(type='http', receiver.url='%s://127.0.0.1:" + port
                + "/%s'%s, @map(type='payload')) define stream In (payload string);";
        host.start("One", stream.formatted("https", "a", store("https.keystore", ours)));
        host.start("Two", stream.formatted("https", "b", store("https.keystore", ours)));
        host.start("Three", stream.formatted("https", "c", store("https.keystore", strangers)));
        host.start("Four", stream.formatted("http", "d", ""));

        assertThat(List.of(host.runs("One"), host.runs("Two"), host.runs("Three"), host.runs("Four")))
                .containsExactly(true, true, false, false);
    }

    @Test
    void sendsOnlyToServersItTrustsAndShowsItsCertificate() throws Exception {
        SiddhiAppRuntime app = source(
                store("https.keystore", ours) + store("https.truststore", ours) + ", ssl.verify.client='require'");
        List<List<Object>> rows = Host.rows(app, "In");
        app.start();
        String sinks = "";
        for (String trust : List.of(
                store("https.truststore", ours) + store("https.keystore", ours),
                store("https.truststore", strangers) + store("https.keystore", ours),
                store("https.truststore", ours),
                ", ssl.verification.disabled='true'" + store("https.keystore", ours))) {
            sinks += "@sink(type='http', publisher.url='https://127.0.0.1:" + port(app)
                    + "/in', retry.count='0', on.error='STORE'" + trust + ", @map(type='payload'))";
        }
        SiddhiAppRuntime sender = host.start("Sender", sinks + " define stream Out (payload string);");

        sender.getInputHandler("Out").send(new Object[] {"a"});

        assertThat(rows).as("the first and the last").hasSize(2);
        assertThat(host.errors().events())
                .as("a strange server, and no certificate to show")
                .hasSize(2);
    }
}
