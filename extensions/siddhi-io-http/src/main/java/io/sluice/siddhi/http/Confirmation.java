package io.sluice.siddhi.http;

import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Asks callbacks whether they really want what was asked in their name (W3C WebSub section 5.3, verification of intent), and tells them when the hub
 * cannot do it (section 5.2). Redirects are not followed. Never blocks.
 */
final class Confirmation implements AutoCloseable {

    private static final Exchanges.Bounds BOUNDS =
            new Exchanges.Bounds(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(10));
    private static final int LONGEST_ANSWER = 1_024;

    private final SharedResources.Lease<SharedClient> client;

    Confirmation(SharedResources resources, ClientSettings settings) {
        this.client = SharedClient.lease(resources, settings);
    }

    /** Completes when the callback has answered with 2xx and the challenge; fails with the reason otherwise. */
    Future<Void> ask(HubRequest request) {
        String challenge = UUID.randomUUID().toString() + UUID.randomUUID();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("hub.mode", request.mode());
        parameters.put("hub.topic", request.topic());
        parameters.put("hub.challenge", challenge);
        if (request.subscribes()) {
            parameters.put("hub.lease_seconds", String.valueOf(request.leaseSeconds()));
        }
        return get(request.callback(parameters))
                .compose(answer -> answer.isSuccess()
                                && answer.body()
                                        .toString(StandardCharsets.UTF_8)
                                        .trim()
                                        .equals(challenge)
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IOException("the callback answered with status " + answer.status()
                                + (answer.isSuccess() ? " but without the challenge" : ""))));
    }

    /** Tells the callback that the hub does not do it. */
    Future<Void> deny(HubRequest request, String reason) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("hub.mode", "denied");
        parameters.put("hub.topic", request.topic());
        parameters.put("hub.reason", reason);
        return get(request.callback(parameters)).mapEmpty();
    }

    private Future<Answer> get(String url) {
        return Exchanges.once(
                client.get().get(),
                new Outgoing(HttpMethod.GET, url, List.of(), null, false),
                BOUNDS,
                Exchanges.upTo(LONGEST_ANSWER));
    }

    @Override
    public void close() {
        client.close();
    }
}
