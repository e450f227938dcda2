package io.sluice.gateway.auth;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the metadata (RFC 8414) and the keys (RFC 7517) of one issuer. Every address is https, or http on loopback; redirects are not followed;
 * size, number of keys and time are bounded.
 */
final class IssuerDocuments {

    /** For one document, from connecting to its last byte. */
    static final Duration TIME_OUT = Duration.ofSeconds(5);

    /** Of one document, in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    /** A token without key id is tried against every key, so there must not be many. */
    static final int MAX_KEYS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(IssuerDocuments.class);

    private static final int NOT_FOUND = 404;

    record Document(int status, Buffer body) {}

    private final HttpClient client;
    private final IssuerConfig config;
    private volatile @Nullable URI discovered;

    IssuerDocuments(HttpClient client, IssuerConfig config) {
        this.client = client;
        this.config = config;
    }

    /** The current public keys; fails with a message that names the address and what was wrong. */
    Future<List<JWK>> keys() {
        return address()
                .compose(address -> get(address).map(document -> parseKeys(address, document)))
                .onFailure(failed -> discovered = null); // the address may have moved: ask the metadata next time
    }

    private Future<URI> address() {
        URI known = config.jwksUri() == null ? discovered : config.jwksUri();
        if (known != null) {
            return Future.succeededFuture(known);
        }
        URI metadata = metadataAddress(config.issuer());
        return get(metadata)
                .compose(document ->
                        document.status() == NOT_FOUND ? openIdMetadata() : Future.succeededFuture(document))
                .map(document -> {
                    URI found = keysAddress(metadata, document);
                    discovered = found;
                    return found;
                });
    }

    /** Where issuers that know only OpenID Connect Discovery keep the same document (RFC 8414, section 5). */
    private Future<Document> openIdMetadata() {
        String issuer = config.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return get(URI.create(base + "/.well-known/openid-configuration"));
    }

    /** The well-known part goes between host and path of the issuer (RFC 8414, section 3). */
    static URI metadataAddress(String issuer) {
        URI uri = URI.create(issuer);
        String path = uri.getRawPath();
        String suffix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return URI.create(
                uri.getScheme() + "://" + uri.getRawAuthority() + "/.well-known/oauth-authorization-server" + suffix);
    }

    private URI keysAddress(URI metadata, Document document) {
        Map<String, Object> members = members(metadata, document);
        if (!config.issuer().equals(members.get("issuer"))) {
            throw new IllegalStateException(
                    metadata + " is not the metadata of issuer '" + config.issuer() + "': its member issuer differs");
        }
        URI address = secureAddress(String.valueOf(members.get("jwks_uri")));
        if (address == null) {
            throw new IllegalStateException(
                    metadata + " has no jwks_uri that is an https address (http only on loopback)");
        }
        return address;
    }

    private static @Nullable URI secureAddress(String text) {
        try {
            URI address = URI.create(text);
            return IssuerConfig.isSecure(address) ? address : null;
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private static List<JWK> parseKeys(URI address, Document document) {
        if (!(members(address, document).get("keys") instanceof List<?> list)) {
            throw new IllegalStateException(address + " has no array 'keys'");
        }
        if (list.size() > MAX_KEYS) {
            throw new IllegalStateException(address + " has " + list.size() + " keys, more than " + MAX_KEYS);
        }
        List<JWK> keys = new ArrayList<>();
        for (Object element : list) {
            JWK key = publicKey(address, element);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** What is not understood is left out, the rest of the set stays usable (RFC 7517, section 5). */
    private static @Nullable JWK publicKey(URI address, Object element) {
        if (!(element instanceof Map<?, ?> members)) {
            return null;
        }
        try {
            JWK key = JWK.parse(JSONObjectUtils.toJSONString(stringKeys(members)));
            return key instanceof AsymmetricJWK ? key.toPublicJWK() : null;
        } catch (ParseException | IllegalArgumentException notUnderstood) {
            LOG.atDebug()
                    .addKeyValue("address", address)
                    .addKeyValue("error", notUnderstood.getMessage())
                    .log("key left out");
            return null;
        }
    }

    private static Map<String, Object> stringKeys(Map<?, ?> members) {
        Map<String, Object> copy = new LinkedHashMap<>();
        members.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    private static Map<String, Object> members(URI address, Document document) {
        if (document.status() != 200) {
            throw new IllegalStateException(address + " answered " + document.status());
        }
        try {
            Map<String, Object> members = JSONObjectUtils.parse(document.body().toString());
            if (members != null) {
                return members;
            }
        } catch (ParseException broken) {
            throw new IllegalStateException(address + " did not answer with a JSON object", broken);
        }
        throw new IllegalStateException(address + " did not answer with a JSON object");
    }

    private Future<Document> get(URI address) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(address.toString())
                .setFollowRedirects(false)
                .setConnectTimeout(TIME_OUT.toMillis())
                .putHeader("accept", "application/json, application/jwk-set+json");
        return client.request(options)
                .compose(request -> request.send()
                        .compose(response -> read(response, request))
                        .timeout(TIME_OUT.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(late -> request.reset()))
                .timeout(TIME_OUT.toMillis(), TimeUnit.MILLISECONDS) // counts the connecting, too
                .recover(cause -> Future.failedFuture(new IOException(address + ": " + cause.getMessage(), cause)));
    }

    static Future<Document> read(HttpClientResponse response, HttpClientRequest request) {
        Promise<Document> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(read::tryFail);
        response.endHandler(end -> read.tryComplete(new Document(response.statusCode(), body)));
        response.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > MAX_BYTES) {
                response.handler(rest -> {});
                read.tryFail(new IOException("answer is larger than " + MAX_BYTES + " bytes"));
                request.reset();
            }
        });
        return read.future();
    }
}
