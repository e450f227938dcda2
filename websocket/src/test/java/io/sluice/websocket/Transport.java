package io.sluice.websocket;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The ways a peer may come in. */
enum Transport {
    EPOLL,
    /** With the options that put more handlers into the pipeline. */
    NIO,
    TLS;

    private static final String PASSWORD = "changeit";

    Vertx vertx() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(this != NIO));
        if (this != NIO && !vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("no epoll here", vertx.unavailableNativeTransportCause());
        }
        return vertx;
    }

    HttpServerOptions options() throws IOException, InterruptedException {
        HttpServerOptions options = WebSocketUpgrade.prepare(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0));
        return switch (this) {
            case EPOLL -> options;
            case NIO -> options.setIdleTimeout(1).setCompressionSupported(true).setDecompressionSupported(true);
            case TLS ->
                options.setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(
                                new PfxOptions().setPath(keyStore().toString()).setPassword(PASSWORD));
        };
    }

    RawClient connect(int port) throws IOException, GeneralSecurityException, InterruptedException {
        return new RawClient(
                this == TLS
                        ? trusting().getSocketFactory().createSocket("127.0.0.1", port)
                        : new Socket("127.0.0.1", port));
    }

    /** A client whose handshake has been accepted. */
    RawClient upgraded(int port) throws IOException, GeneralSecurityException, InterruptedException {
        RawClient client = connect(port);
        client.send(RawClient.request(""));
        String head = client.head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(head);
        }
        return client;
    }

    static SSLContext trusting() throws IOException, GeneralSecurityException, InterruptedException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("test", store.getCertificate("test"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** A key of this build, made once by the JDK's own tool. */
    private static synchronized Path keyStore() throws IOException, InterruptedException {
        Path store = Path.of("target", "test-tls.p12").toAbsolutePath();
        if (!Files.exists(store)) {
            Path made = Files.createTempDirectory("tls").resolve("made.p12");
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            Process process = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-validity",
                            "3650",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            made.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
            Files.move(made, store);
        }
        return store;
    }
}
