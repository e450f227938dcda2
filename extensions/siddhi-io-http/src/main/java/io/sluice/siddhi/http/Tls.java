package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server speaks TLS.
 *
 * @param keystore its key
 * @param truststore whose client certificates it accepts; null for those the JDK trusts
 * @param clients whether it asks clients for a certificate
 * @param protocols allowed versions; empty for the JDK's choice
 * @param ciphers allowed cipher suites; empty for the JDK's choice
 */
record Tls(
        StoreFile keystore,
        @Nullable StoreFile truststore,
        ClientAuth clients,
        Set<String> protocols,
        Set<String> ciphers) {

    void applyTo(HttpServerOptions server) throws StoreFile.Unusable {
        server.setSsl(true).setUseAlpn(true).setKeyCertOptions(keystore.keys()).setClientAuth(clients);
        if (truststore != null) {
            server.setTrustOptions(truststore.trust());
        }
        if (!protocols.isEmpty()) {
            server.setEnabledSecureTransportProtocols(protocols);
        }
        ciphers.forEach(server::addEnabledCipherSuite);
    }
}
