package io.sluice.gateway;

import com.nimbusds.jose.JWSAlgorithm;
import io.sluice.gateway.api.Api;
import io.sluice.gateway.auth.DpopProofs;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client whom to ask for a token (RFC 9728): {@code GET /.well-known/oauth-protected-resource/{context}/{version}}.
 *
 * @param base address of the gateway, without slash at the end
 * @param issuers authorization servers whose tokens are accepted
 * @param apis what is served, by path
 */
record ResourceMetadata(Supplier<String> base, List<String> issuers, Supplier<Map<String, Api>> apis) {

    static final String PATH = "/.well-known/oauth-protected-resource";

    /** Where the document of an API is. */
    static String address(String base, String apiPath) {
        return base + PATH + apiPath;
    }

    /** The document that this request asks for; empty if it asks for something else, or there is none. */
    Optional<JsonObject> find(HttpServerRequest request) {
        String path = path(request.path());
        Api api = path == null ? null : apis.get().get(path);
        boolean read = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
        return api == null || api.open() || !read ? Optional.empty() : Optional.of(document(api));
    }

    /** Answers with it. */
    static void send(HttpServerRequest request, JsonObject document) {
        request.resume();
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                .end(document.toBuffer());
    }

    private static @Nullable String path(@Nullable String path) {
        return path != null && path.startsWith(PATH + "/") ? path.substring(PATH.length()) : null;
    }

    private JsonObject document(Api api) {
        JsonObject document = new JsonObject()
                .put("resource", base.get() + api.path())
                .put("resource_name", api.name())
                .put("authorization_servers", new JsonArray(issuers))
                .put("bearer_methods_supported", new JsonArray().add("header"))
                .put(
                        "dpop_signing_alg_values_supported",
                        new JsonArray(DpopProofs.ALGORITHMS.stream()
                                .map(JWSAlgorithm::getName)
                                .toList()));
        List<String> scopes = api.allScopes().stream().distinct().sorted().toList();
        if (!scopes.isEmpty()) {
            document.put("scopes_supported", new JsonArray(scopes));
        }
        return document;
    }
}
