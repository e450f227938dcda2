package io.sluice.siddhi.http;

import io.siddhi.core.exception.SiddhiAppRuntimeException;
import io.sluice.siddhi.kit.Blocking;
import io.sluice.siddhi.kit.SharedResources;
import io.sluice.siddhi.kit.StoreFile;
import io.vertx.core.http.HttpClientAgent;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client with its pool of connections, for everybody of the Siddhi manager with the same settings. */
final class SharedClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedClient.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final HttpClientAgent client;

    private SharedClient(HttpClientAgent client) {
        this.client = client;
    }

    /** Joins the client with these settings, or makes it. */
    static SharedResources.Lease<SharedClient> lease(SharedResources resources, ClientSettings settings) {
        String key = "http-client:" + Integer.toHexString(settings.hashCode()) + ":" + settings;
        return resources.lease(key, SharedClient.class, () -> {
            try {
                return new SharedClient(resources
                        .vertx()
                        .httpClientBuilder()
                        .with(settings.client())
                        .with(settings.pool())
                        .build());
            } catch (StoreFile.Unusable trouble) {
                throw new SiddhiAppRuntimeException(trouble.getMessage(), trouble);
            }
        });
    }

    HttpClientAgent get() {
        return client;
    }

    @Override
    public void close() {
        try {
            Blocking.get(client.close(), LIMIT);
        } catch (IOException trouble) {
            LOG.atWarn().addKeyValue("error", trouble.getMessage()).log("http client did not close cleanly");
        }
    }
}
