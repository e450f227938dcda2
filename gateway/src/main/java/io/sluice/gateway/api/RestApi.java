package io.sluice.gateway.api;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One REST API, as written in one file of the API folder.
 *
 * <pre>
 * name: farms
 * context: farms
 * version: "1.0"
 * upstream: http://127.0.0.1:9095/farmsupply
 * scopes: [farms:read]
 * operations:
 *   - {path: "/farms/{id}", methods: [GET]}
 *   - {path: "/farms", methods: [POST], scopes: [farms:write]}
 * </pre>
 */
public record RestApi(
        @Setting(doc = "Name of the API, unique in the folder: letters, digits, '.', '_' and '-', at most 64.")
        String name,

        @Setting(doc = "What it offers, for people.", byDefault = "")
        String description,

        @Setting(doc = "First part of the path, for example 'farms' or '/sales/orders'.")
        String context,

        @Setting(doc = "Segment of the path after the context, for example '1.0'.")
        String version,

        @Setting(doc = "The HTTP server behind it, http:// or https://; its path is put before what is forwarded.")
        URI upstream,

        @Setting(
                doc = "Scopes that a token must have, all of them; with none, any good token will do.",
                byDefault = "[]")
        List<String> scopes,

        @Setting(key = "public", doc = "Whether everybody may call it, without a token.", byDefault = "false")
        boolean open,

        @Setting(
                doc = "What may be called; anything else is refused. When absent, everything below the context may.",
                byDefault = Setting.ABSENT)
        @Nullable
        List<Operation> operations,

        @Setting(
                doc = "Whether /context/version is taken away before the path is put behind the upstream's.",
                byDefault = "true")
        boolean stripPath,

        Timeouts timeouts,
        Retries retries,
        Breaker breaker,
        Limits limits,

        @Setting(
                doc = "Browser origins that may call it; without it the gateway adds no CORS header.",
                byDefault = Setting.ABSENT)
        @Nullable
        Cors cors,

        @Setting(doc = "Whether the access token goes to the upstream.", byDefault = "false")
        boolean forwardToken,

        @Setting(
                doc = "Sends the upstream a signed statement of who calls; without it none is sent.",
                byDefault = Setting.ABSENT)
        @Nullable
        IdentityHeader identityHeader,

        @Setting(doc = "Whether the upstream gets the Host of the client in place of its own.", byDefault = "false")
        boolean preserveHost,

        @Setting(
                doc =
                        "Whether Forwarded and X-Forwarded-* of the client are kept; only behind a proxy that sets them itself.",
                byDefault = "false")
        boolean trustForwarded,

        @Setting(doc = "Whether an API key in the header X-API-Key is taken in place of a token.", byDefault = "false")
        boolean apiKeys)
        implements Api {

    /** Validates every member and normalises {@code context} to the form without slashes around it. */
    public RestApi {
        ApiRules.requireSegment("name", name);
        context = ApiRules.requireContext(context);
        ApiRules.requireSegment("version", version);
        ApiRules.requireUpstream(upstream, REST_SCHEMES, "'http://' or 'https://'");
        if (upstream.getRawQuery() != null) {
            throw new InvalidSetting("upstream", "must have no query");
        }
        scopes = ApiRules.requireScopes("scopes", scopes);
        ApiRules.requireClosed(open, scopes);
        if (operations != null) {
            operations = List.copyOf(operations);
            if (operations.isEmpty()) {
                throw new InvalidSetting(
                        "operations", "allows nothing. Name an operation, or leave the key out to allow everything.");
            }
            requireDistinct(operations);
            requireNoScopesIfOpen(open, operations);
        }
        if (open && identityHeader != null) {
            throw new InvalidSetting(
                    "identity-header", "a public API knows no caller to speak of. Remove one of the two.");
        }
    }

    @Override
    public List<String> allScopes() {
        List<String> all = new ArrayList<>(scopes);
        if (operations != null) {
            operations.forEach(operation -> all.addAll(operation.scopes()));
        }
        return all;
    }

    private static void requireDistinct(List<Operation> operations) {
        Map<String, Integer> taken = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            for (String method : operation.methods()) {
                Integer first = taken.putIfAbsent(method + " " + operation.shape(), i);
                if (first != null) {
                    throw new InvalidSetting(
                            "operations[" + i + "].path",
                            "'" + method + " " + operation.path() + "' is declared by operations[" + first
                                    + "] already");
                }
            }
        }
    }

    private static void requireNoScopesIfOpen(boolean open, List<Operation> operations) {
        for (int i = 0; i < operations.size(); i++) {
            if (open && !operations.get(i).scopes().isEmpty()) {
                throw new InvalidSetting(
                        "operations[" + i + "].scopes", "an operation of a public API cannot have scopes");
            }
        }
    }

    /** How long the upstream may take. */
    public record Timeouts(
            @Setting(doc = "For the TCP connection, 10ms to 1m.", byDefault = "2s")
            Duration connect,

            @Setting(
                    doc = "From the request's head to the head of the answer, waits and retries included, 50ms to 10m.",
                    byDefault = "30s")
            Duration firstByte,

            @Setting(doc = "For everything, both bodies included, 100ms to 24h.", byDefault = "5m")
            Duration whole) {
        /** Validates every bound. */
        public Timeouts {
            ApiRules.requireBetween("connect", connect, Duration.ofMillis(10), Duration.ofMinutes(1));
            ApiRules.requireBetween("first-byte", firstByte, Duration.ofMillis(50), Duration.ofMinutes(10));
            ApiRules.requireBetween("whole", whole, Duration.ofMillis(100), Duration.ofHours(24));
        }
    }

    /** Further attempts of idempotent calls whose body, if any, has not been touched and of whose answer no byte has come. */
    public record Retries(
            @Setting(doc = "Attempts after the first, 0 to 5.", byDefault = "1")
            int attempts,

            @Setting(
                    key = "wait",
                    doc = "Longest wait before the second attempt; doubles; half of it is random. 1ms to 10s.",
                    byDefault = "50ms")
            Duration pause) {
        /** Validates every bound. */
        public Retries {
            ApiRules.requireBetween("attempts", attempts, 0, 5);
            ApiRules.requireBetween("wait", pause, Duration.ofMillis(1), Duration.ofSeconds(10));
        }
    }

    /** When calls are refused at once because the upstream is known to be down. */
    public record Breaker(
            @Setting(
                    doc =
                            "Faults in a row that open it, 1 to 1000; answers of the upstream are no faults, whatever their status.",
                    byDefault = "5")
            int failures,

            @Setting(
                    doc = "How long it stays open before one call is let through to try, 50ms to 10m.",
                    byDefault = "10s")
            Duration openFor) {
        /** Validates every bound. */
        public Breaker {
            ApiRules.requireBetween("failures", failures, 1, 1000);
            ApiRules.requireBetween("open-for", openFor, Duration.ofMillis(50), Duration.ofMinutes(10));
        }
    }

    /** How much may go through. */
    public record Limits(
            @Setting(doc = "The largest request body; a larger one is refused with 413.", byDefault = "10MiB")
            DataSize request,

            @Setting(
                    doc =
                            "The largest response body; a larger one becomes 502, or is cut where its length was not told. None when absent.",
                    byDefault = Setting.ABSENT)
            @Nullable
            DataSize response,

            @Setting(doc = "Header lines of a request, 1 to 1000; more are refused with 431.", byDefault = "100")
            int headers,

            @Setting(doc = "Connections to the upstream, 1 to 10000.", byDefault = "64")
            int connections,

            @Setting(
                    doc = "Requests that wait for a connection, 0 to 100000; more are refused with 503.",
                    byDefault = "1024")
            int waiting) {
        /** Validates every bound. */
        public Limits {
            ApiRules.requireBetween("headers", headers, 1, 1000);
            ApiRules.requireBetween("connections", connections, 1, 10_000);
            ApiRules.requireBetween("waiting", waiting, 0, 100_000);
        }
    }
}
