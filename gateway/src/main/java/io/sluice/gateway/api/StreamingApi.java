package io.sluice.gateway.api;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One streaming API, as written in one file of the API folder.
 *
 * <pre>
 * name: productions
 * context: productions
 * version: 1.0
 * upstream: ws://127.0.0.1:8025/productions
 * scopes: [productions:read]
 * </pre>
 */
public record StreamingApi(
        @Setting(doc = "Name of the API, unique in the folder: letters, digits, '.', '_' and '-', at most 64.")
        String name,

        @Setting(doc = "What it offers, for people.", byDefault = "")
        String description,

        @Setting(doc = "First part of the path, for example 'productions' or '/sales/orders'.")
        String context,

        @Setting(doc = "Last segment of the path, for example '1.0'.")
        String version,

        @Setting(doc = "The WebSocket server that sends the events, ws:// or wss://.")
        URI upstream,

        @Setting(
                doc = "Scopes that a token must have, all of them; with none, any good token will do.",
                byDefault = "[]")
        List<String> scopes,

        @Setting(key = "public", doc = "Whether everybody may connect, without a token.", byDefault = "false")
        boolean open,

        @Setting(doc = "Events that one subscriber may be behind, up to 64MiB in all.", byDefault = "1024")
        int queue,

        @Setting(
                doc =
                        "What happens to a subscriber that is farther behind: it is closed with 1013, or loses the oldest, or gets only the newest event of each key.",
                byDefault = "disconnect")
        SlowConsumer slowConsumer,

        @Setting(
                doc =
                        "JSON pointer to what makes events replace each other, such as '/event/id'; with 'conflate' only.",
                byDefault = Setting.ABSENT)
        @Nullable
        String conflateKey,

        Replay replay,

        @Setting(
                doc = "Fields that must equal a claim of the subscriber's token; other events are kept from it.",
                byDefault = "[]")
        List<ClaimRule> claimFilters,

        @Setting(doc = "What happens to messages that clients send.", byDefault = "ignore")
        ClientFrames clientFrames,

        @Setting(
                doc =
                        "Whether a token is taken from the query parameter access_token, where it ends up in logs and histories (RFC 9700).",
                byDefault = "false")
        boolean queryToken,

        @Setting(doc = "Whether an API key in the header X-API-Key is taken in place of a token.", byDefault = "false")
        boolean apiKeys)
        implements Api {

    /** What happens to messages that clients send. */
    public enum ClientFrames {
        /** They are counted and thrown away. */
        IGNORE,
        /** They go to the upstream; not possible yet. */
        FORWARD
    }

    /** What happens to a subscriber that is too far behind. */
    public enum SlowConsumer {
        /** It is closed with 1013. */
        DISCONNECT,
        /** It loses the oldest events it has not got yet, and is told. */
        DROP_OLDEST,
        /** It gets only the newest event of each key. */
        CONFLATE
    }

    /** The events that are kept for clients that come back. */
    public record Replay(
            @Setting(doc = "How many, 1 to 1000000; never fewer than 'queue'.", byDefault = "4096")
            int events,

            @Setting(doc = "How many bytes, 1KiB to 4GiB.", byDefault = "8MiB")
            DataSize bytes,

            @Setting(doc = "For how long, 1s to 7d.", byDefault = "5m")
            Duration age) {
        /** Validates every bound. */
        public Replay {
            ApiRules.requireBetween("events", events, 1, 1_000_000);
            if (bytes.bytes() < 1024 || bytes.bytes() > 4L << 30) {
                throw new InvalidSetting("bytes", "'" + bytes + "' must be between 1KiB and 4GiB");
            }
            ApiRules.requireBetween("age", age, Duration.ofSeconds(1), Duration.ofDays(7));
        }
    }

    /** One field that must equal a claim. */
    public record ClaimRule(
            @Setting(doc = "JSON pointer to a field of the event, such as '/event/region'.")
            String field,

            @Setting(doc = "Claim of the token; a list allows any of its values. Tokens without it are refused.")
            String claim) {
        /** Validates both. */
        public ClaimRule {
            ApiRules.requirePointer("field", field);
            if (claim.isBlank()) {
                throw new InvalidSetting("claim", "must name a claim of the token");
            }
        }
    }

    private static final Set<String> SCHEMES = Set.of("ws", "wss");
    private static final int MAX_QUEUE = 65_536;

    /** Validates every member and normalises {@code context} to the form without slashes around it. */
    public StreamingApi {
        ApiRules.requireSegment("name", name);
        context = ApiRules.requireContext(context);
        ApiRules.requireSegment("version", version);
        ApiRules.requireUpstream(
                upstream, SCHEMES, "'ws://' or 'wss://' for a streaming API, 'http://' or 'https://' for a REST API");
        scopes = ApiRules.requireScopes("scopes", scopes);
        ApiRules.requireClosed(open, scopes);
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new InvalidSetting("queue", queue + " must be between 1 and " + MAX_QUEUE);
        }
        claimFilters = List.copyOf(claimFilters);
        if (open && !claimFilters.isEmpty()) {
            throw new InvalidSetting(
                    "claim-filters", "a public API has no claims to filter by. Remove one of the two.");
        }
        if ((slowConsumer == SlowConsumer.CONFLATE) != (conflateKey != null)) {
            throw new InvalidSetting(
                    "conflate-key", "belongs with 'slow-consumer: conflate', and that needs it. Write both or none.");
        }
        if (conflateKey != null) {
            ApiRules.requirePointer("conflate-key", conflateKey);
        }
        if (clientFrames == ClientFrames.FORWARD) {
            throw new InvalidSetting("client-frames", "'forward' is not possible yet. Write 'ignore'.");
        }
    }
}
