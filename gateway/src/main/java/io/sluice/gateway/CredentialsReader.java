package io.sluice.gateway;

import com.nimbusds.oauth2.sdk.auth.X509CertificateConfirmation;
import io.sluice.gateway.auth.Credentials;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a request brought that may say who sends it. A value that cannot be decoded is as if it had not come.
 *
 * @param base address under which clients reach the gateway, without slash at the end
 * @param trustClientCert whether the header Client-Cert (RFC 9440) is believed
 */
record CredentialsReader(Supplier<String> base, boolean trustClientCert, Doorstep doorstep) {

    Credentials read(HttpServerRequest request) {
        String host = request.remoteAddress().hostAddress();
        return new Credentials(
                values(request, HttpHeaders.AUTHORIZATION),
                values(request, "Sec-WebSocket-Protocol"),
                values(request, "DPoP"),
                values(request, Credentials.API_KEY_HEADER),
                parameters(request.query(), Credentials.TICKET),
                parameters(request.query(), "access_token"),
                request.method().name(),
                addresses(request),
                certificate(request),
                host == null ? "unknown" : host,
                () -> doorstep.proven(request.connection()));
    }

    private static List<String> values(HttpServerRequest request, CharSequence header) {
        return List.copyOf(request.headers().getAll(header));
    }

    /** A WebSocket may be named by both kinds of scheme; RFC 9449 does not say by which. */
    private List<URI> addresses(HttpServerRequest request) {
        try {
            String address = base.get() + request.path();
            return List.of(URI.create(address), URI.create(address.replaceFirst("^http", "ws")));
        } catch (IllegalArgumentException notAnAddress) {
            return List.of(URI.create(base.get()));
        }
    }

    private static List<String> parameters(@Nullable String query, String name) {
        List<String> values = new ArrayList<>();
        for (String pair : Objects.requireNonNullElse(query, "").split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                try {
                    values.add(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException broken) {
                    values.add("");
                }
            }
        }
        return values;
    }

    private @Nullable String certificate(HttpServerRequest request) {
        try {
            X509Certificate certificate = trustClientCert ? named(request) : own(request.sslSession());
            return certificate == null
                    ? null
                    : Objects.toString(
                            X509CertificateConfirmation.of(certificate).getValue(), null);
        } catch (CertificateException | IllegalArgumentException unreadable) {
            return null; // as if it had not come: a bound token is then refused
        }
    }

    private static @Nullable X509Certificate own(@Nullable SSLSession session) {
        try {
            return session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? certificate
                    : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    /** RFC 9440, section 2: a byte sequence of a structured field. */
    private static @Nullable X509Certificate named(HttpServerRequest request) throws CertificateException {
        List<String> headers = request.headers().getAll("Client-Cert");
        String value = headers.size() == 1 ? headers.get(0).trim() : "";
        if (value.length() < 3 || !value.startsWith(":") || !value.endsWith(":")) {
            return null;
        }
        byte[] encoded = Base64.getDecoder().decode(value.substring(1, value.length() - 1));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
