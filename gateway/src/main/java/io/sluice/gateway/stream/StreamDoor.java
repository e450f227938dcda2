package io.sluice.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.Revocations;
import io.sluice.websocket.SessionListener;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets clients that were admitted into streams, on the transport they ask for. */
public final class StreamDoor {

    /** How a client gets a stream. */
    public enum Transport {
        /** RFC 6455. */
        WEBSOCKET,
        /** Server-Sent Events. */
        EVENT_STREAM,
        /** One answer per request. */
        LONG_POLL
    }

    /** What a request asks for, read but not yet allowed. */
    public record Wish(
            Transport transport, Start start, @Nullable Predicate<JsonNode> filter, Duration patience) {}

    private static final Duration USUAL_WAIT = Duration.ofSeconds(20);

    private final StreamHub.Client client;
    private final HttpSubscription.Environment environment;

    /**
     * @param tokens judges tokens handed in on open connections
     * @param messagesPerMinute how many messages a client may send
     */
    public StreamDoor(Clock clock, Revocations revocations, TokenRefresh tokens, int messagesPerMinute) {
        this.client = new StreamHub.Client(clock, revocations, tokens, messagesPerMinute);
        this.environment = new HttpSubscription.Environment(clock, revocations);
    }

    /**
     * The transport a request without {@code Upgrade} asks for, by its {@code Accept}: {@code text/event-stream} or {@code application/json}, whichever stands
     * first; empty if it names neither.
     */
    public static Optional<Transport> withoutUpgrade(HttpServerRequest request) {
        String accept = String.join(",", request.headers().getAll("Accept"));
        int events = accept.indexOf("text/event-stream");
        int json = accept.indexOf("application/json");
        if (events >= 0 && (json < 0 || events < json)) {
            return Optional.of(Transport.EVENT_STREAM);
        }
        return json >= 0 ? Optional.of(Transport.LONG_POLL) : Optional.empty();
    }

    /**
     * Reads {@code Last-Event-ID}, {@code cursor}, {@code since}, {@code filter} and {@code wait}.
     *
     * @throws IllegalArgumentException saying what cannot be read, and where
     */
    public static Wish wish(Transport transport, HttpServerRequest request) {
        MultiMap query = request.params();
        Start start = Start.of(request.getHeader("Last-Event-ID"), query.getAll("cursor"), query.getAll("since"));
        List<String> filters = query.getAll("filter");
        if (filters.size() > 1) {
            throw new IllegalArgumentException("the query has more than one filter; join them with 'and'");
        }
        return new Wish(
                transport,
                start,
                filters.isEmpty() ? null : filter(filters.get(0)),
                transport == Transport.LONG_POLL ? waitOf(query.get("wait")) : Duration.ZERO);
    }

    private static Predicate<JsonNode> filter(String text) {
        try {
            return FilterExpression.parse(text);
        } catch (FilterExpression.Invalid invalid) {
            throw new IllegalArgumentException("filter: " + invalid.getMessage(), invalid);
        }
    }

    private static Duration waitOf(@Nullable String seconds) {
        if (seconds == null) {
            return USUAL_WAIT;
        }
        long longest = LongPoll.LONGEST_WAIT.toSeconds();
        if (!seconds.matches("[0-9]{1,2}") || Long.parseLong(seconds) > longest) {
            throw new IllegalArgumentException("wait must be 0 to " + longest + " seconds");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    /** How long an answer may take to begin. */
    public static Duration longestWait() {
        return LongPoll.LONGEST_WAIT;
    }

    /** A claim that the API filters by and the token lacks, if any. */
    public static Optional<String> missingClaim(StreamingApi api, Map<String, Object> claims) {
        return ClaimFilter.missing(api.claimFilters(), claims);
    }

    /** What is to be told of a WebSocket that is about to open. */
    public SessionListener webSocket(StreamHub hub, Wish wish, Caller caller, Context context) {
        return new Subscription(hub, ask(hub, wish, caller), caller, context, client);
    }

    /** Answers with Server-Sent Events or a long poll. On the request's event loop. */
    public void http(StreamHub hub, Wish wish, Caller caller, HttpServerResponse response, Context context) {
        Ask ask = ask(hub, wish, caller);
        if (wish.transport() == Transport.EVENT_STREAM) {
            HttpSubscription.stream(hub, ask, caller, response, context, environment);
        } else {
            HttpSubscription.poll(hub, ask, caller, response, context, environment, wish.patience());
        }
    }

    private static Ask ask(StreamHub hub, Wish wish, Caller caller) {
        Predicate<StreamEvent> pass = event -> true;
        List<StreamingApi.ClaimRule> rules = hub.api().claimFilters();
        if (!rules.isEmpty() && caller.access() != null) {
            pass = ClaimFilter.of(rules, caller.access().principal().claims());
        }
        Predicate<JsonNode> wanted = wish.filter();
        if (wanted != null) {
            pass = pass.and(event -> !event.json().isMissingNode() && wanted.test(event.json()));
        }
        boolean filtered = !rules.isEmpty() || wanted != null;
        Predicate<StreamEvent> events = pass;
        return new Ask(
                wish.start(),
                filtered ? event -> event.kind() == StreamEvent.Kind.MARK || events.test(event) : pass,
                filtered);
    }
}
