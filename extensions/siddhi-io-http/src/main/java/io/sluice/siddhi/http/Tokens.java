package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The OAuth2 access tokens of one client, shared by its sinks. A token is kept until ten seconds before it expires, or until a server refuses it;
 * while one is fetched everybody waits for the same answer. The grant is refresh token, else password, else client credentials; a refresh token that
 * is refused is forgotten and the next grant is tried. At most {@value #MOST} tokens are kept (one per refresh token that the app gives). Thread-safe.
 */
final class Tokens implements AutoCloseable {

    private static final int MOST = 64;
    private static final int MOST_BYTES = 64 << 10;
    private static final long MARGIN_MILLIS = 10_000;
    private static final long UNKNOWN_LIFE_SECONDS = 3600;

    /**
     * Who asks, and where.
     *
     * @param url token endpoint
     * @param key client id
     * @param secret of the client
     * @param inBody whether id and secret go into the body as well
     * @param user of the password grant; null for none
     * @param password of the user
     * @param scope to ask for
     */
    record Client(
            String url,
            String key,
            String secret,
            boolean inBody,
            @Nullable String user,
            @Nullable String password,
            String scope) {
        @Override
        public String toString() {
            return "Client[" + url + ", " + key + "]";
        }
    }

    private record Token(String access, String refresh, long expires) {}

    private final Client client;
    private final SharedClient http;
    private final SharedResources.Lease<SharedClient> lease;
    private final Clock clock;
    private final Map<String, Token> tokens = new LinkedHashMap<>(); // guarded by this, like all below
    private final Map<String, Future<String>> fetching = new LinkedHashMap<>();

    /** Joins the tokens of the client, or begins to keep them. */
    static SharedResources.Lease<Tokens> lease(SharedResources resources, Client client, ClientSettings settings) {
        String key = "http-oauth:" + Integer.toHexString(client.hashCode()) + ":" + client + ":"
                + Integer.toHexString(settings.hashCode());
        return resources.lease(
                key,
                Tokens.class,
                () -> new Tokens(client, SharedClient.lease(resources, settings), resources.clock()));
    }

    private Tokens(Client client, SharedResources.Lease<SharedClient> lease, Clock clock) {
        this.client = client;
        this.lease = lease;
        this.http = lease.get();
        this.clock = clock;
    }

    /**
     * A token.
     *
     * @param refresh the refresh token that the app gives, or empty
     * @param refused the token that a server has just refused, or null
     */
    synchronized Future<String> token(String refresh, @Nullable String refused) {
        Token known = tokens.get(refresh);
        if (known != null && !known.access().equals(refused) && clock.millis() < known.expires()) {
            return Future.succeededFuture(known.access());
        }
        Future<String> running = fetching.get(refresh);
        if (running != null) {
            return running;
        }
        String usable = known != null && !known.refresh().isEmpty() ? known.refresh() : refresh;
        Future<String> fetch = usable.isEmpty()
                ? fetch(refresh, own())
                : fetch(refresh, form("grant_type", "refresh_token", "refresh_token", usable))
                        .recover(failed -> fetch(refresh, own()));
        if (!fetch.isComplete()) {
            fetching.put(refresh, fetch);
            fetch.onComplete(done -> forget(refresh));
        }
        return fetch;
    }

    private synchronized void forget(String refresh) {
        fetching.remove(refresh);
    }

    private List<String> own() {
        if (client.user() != null && client.password() != null) {
            return form("grant_type", "password", "username", client.user(), "password", client.password());
        }
        return form("grant_type", "client_credentials");
    }

    private List<String> form(String... pairs) {
        List<String> form = new ArrayList<>(List.of(pairs));
        if (!client.scope().isEmpty()) {
            form.addAll(List.of("scope", client.scope()));
        }
        if (client.inBody()) {
            form.addAll(List.of("client_id", client.key(), "client_secret", client.secret()));
        }
        return form;
    }

    private Future<String> fetch(String refresh, List<String> form) {
        StringBuilder body = new StringBuilder();
        for (int index = 0; index < form.size(); index += 2) {
            body.append(index == 0 ? "" : "&")
                    .append(form.get(index))
                    .append('=')
                    .append(URLEncoder.encode(form.get(index + 1), StandardCharsets.UTF_8));
        }
        String basic = Base64.getEncoder()
                .encodeToString((client.key() + ":" + client.secret()).getBytes(StandardCharsets.UTF_8));
        Outgoing request = new Outgoing(
                HttpMethod.POST,
                client.url(),
                List.of(
                        Map.entry("Authorization", "Basic " + basic),
                        Map.entry("Accept", "application/json"),
                        Map.entry("Content-Type", "application/x-www-form-urlencoded")),
                Buffer.buffer(body.toString()),
                false);
        return Exchanges.once(http.get(), request, Exchanges.TOKEN, Exchanges.upTo(MOST_BYTES))
                .compose(answer -> read(refresh, answer));
    }

    private Future<String> read(String refresh, Answer answer) {
        if (!answer.isSuccess()) {
            return Future.failedFuture(
                    new IOException("the token endpoint " + client.url() + " answered " + answer.status()));
        }
        try {
            JsonObject json = new JsonObject(answer.body());
            String access = json.getString("access_token");
            if (access == null || access.isEmpty()) {
                return Future.failedFuture(new IOException("the answer of " + client.url() + " holds no access_token"));
            }
            long life = json.getLong("expires_in", UNKNOWN_LIFE_SECONDS) * 1000;
            keep(
                    refresh,
                    new Token(
                            access,
                            json.getString("refresh_token", refresh),
                            clock.millis() + Math.max(0, life - Math.min(MARGIN_MILLIS, life / 2))));
            return Future.succeededFuture(access);
        } catch (DecodeException | ClassCastException broken) {
            return Future.failedFuture(
                    new IOException("the answer of " + client.url() + " is no JSON object of tokens"));
        }
    }

    private synchronized void keep(String refresh, Token token) {
        tokens.remove(refresh);
        tokens.put(refresh, token);
        if (tokens.size() > MOST) {
            tokens.remove(tokens.keySet().iterator().next());
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
