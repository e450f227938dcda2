package io.sluice.gateway.api;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.websocket.FanOut;
import java.net.URI;
import java.util.List;
import java.util.Set;

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
                        "What happens to a subscriber that is farther behind: it is closed with 1013, or loses the oldest.",
                byDefault = "disconnect")
        FanOut.SlowConsumer slowConsumer,

        @Setting(doc = "What happens to messages that clients send.", byDefault = "ignore")
        ClientFrames clientFrames)
        implements Api {

    /** What happens to messages that clients send. */
    public enum ClientFrames {
        /** They are counted and thrown away. */
        IGNORE,
        /** They go to the upstream; not possible yet. */
        FORWARD
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
        if (clientFrames == ClientFrames.FORWARD) {
            throw new InvalidSetting("client-frames", "'forward' is not possible yet. Write 'ignore'.");
        }
    }
}
