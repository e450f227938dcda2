package io.sluice.runner.errors;

import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.sluice.common.ProblemException;
import io.sluice.runner.admin.Access;
import io.sluice.runner.admin.AdminError;
import io.sluice.runner.admin.AdminRouter;
import io.sluice.runner.admin.Call;
import io.sluice.runner.admin.Operation;
import io.sluice.runner.admin.Reply;
import io.sluice.runner.admin.RouteGroup;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The error store over HTTP, under the paths and with the members that tools know. Different from theirs: everything needs a permission; an entry's events
 * are JSON text, and Java objects ({@code eventAsBytes}) are neither sent nor read; an unknown id is 404; a replay tells what became of each entry.
 *
 * <ol>
 *   <li>{@code GET /error-handler/error-entries/count[?siddhiApp=]}
 *   <li>{@code GET /error-handler/error-entries[?siddhiApp=&stream=&errorOccurrence=&descriptive=true&limit=&offset=]}
 *   <li>{@code GET /error-handler/error-entries/:id}
 *   <li>{@code POST /error-handler}: replays an array of ids, or of what the former gives, with {@code modifiablePayloadString} possibly edited
 *   <li>{@code DELETE /error-handler/error-entries/:id}
 *   <li>{@code DELETE /error-handler/error-entries?siddhiApp=} or {@code ?retentionDays=}
 * </ol>
 */
public final class ErrorRoutes implements RouteGroup {

    private static final String ENTRIES = "/error-handler/error-entries";
    private static final int DEFAULT_LIMIT = 1_000;
    private static final int MOST_REPLAYED = 1_000;

    private final Supplier<Optional<DurableErrorStore>> stores;
    private final Supplier<Optional<Replay>> replays;

    /**
     * @param stores the store, while it is open
     * @param replays gives entries back, while the store is open
     */
    public ErrorRoutes(Supplier<Optional<DurableErrorStore>> stores, Supplier<Optional<Replay>> replays) {
        this.stores = stores;
        this.replays = replays;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.GET, ENTRIES + "/count", Access.VIEW, reached(this::count))
                .on(HttpMethod.GET, ENTRIES, Access.VIEW, reached(this::list))
                .on(HttpMethod.GET, ENTRIES + "/:id", Access.VIEW, reached(this::entry))
                .on(HttpMethod.POST, "/error-handler", Access.MANAGE, reached(this::replay))
                .on(HttpMethod.DELETE, ENTRIES + "/:id", Access.MANAGE, reached(this::discard))
                .on(HttpMethod.DELETE, ENTRIES, Access.MANAGE, reached(this::discardMany));
    }

    private Reply count(Call call) throws SQLException {
        return Reply.json(200, new JsonObject().put("entriesCount", store().count(filter(call))));
    }

    private Reply list(Call call) throws SQLException {
        long limit = number(call, "limit", DEFAULT_LIMIT);
        long offset = number(call, "offset", 0);
        boolean descriptive = call.flag("descriptive").orElse(false);
        JsonArray found = new JsonArray();
        for (StoredError error : store().list(filter(call), limit, offset)) {
            found.add(json(error, descriptive));
        }
        return Reply.json(200, found);
    }

    private Reply entry(Call call) throws SQLException {
        long id = id(call.path("id"));
        StoredError error = store().find(id).orElseThrow(() -> unknown(id));
        return Reply.json(
                200,
                new JsonObject()
                        .put("errorEntry", json(error, true))
                        .put("modifiablePayloadString", Replay.isModifiable(error) ? text(error) : null)
                        .put("isPayloadModifiable", Replay.isModifiable(error)));
    }

    private Reply discard(Call call) throws SQLException {
        long id = id(call.path("id"));
        if (!store().discard(id)) {
            throw unknown(id);
        }
        return Reply.json(200, new JsonObject());
    }

    private Reply discardMany(Call call) throws SQLException {
        Optional<String> app = call.query("siddhiApp");
        Optional<String> days = call.query("retentionDays");
        if (app.isPresent() == days.isPresent()) {
            throw bad("exactly one of the parameters siddhiApp and retentionDays is needed");
        }
        long removed = app.isPresent()
                ? store().discard(ErrorFilter.ofApp(app.get()))
                : store().purge(Duration.ofDays(number(call, "retentionDays", 0)));
        return Reply.json(200, new JsonObject().put("removed", removed));
    }

    /** 200 if all were processed, else 422; the body says what became of each. */
    private Reply replay(Call call) throws SQLException, InterruptedException {
        JsonArray asked = array(call);
        JsonArray replayed = new JsonArray();
        JsonArray failed = new JsonArray();
        Replay replay = replays.get().orElseThrow(ErrorRoutes::unavailable);
        for (Object item : asked) {
            long id = item instanceof JsonObject wrapper ? wrappedId(wrapper) : id(String.valueOf(item));
            Replay.Outcome outcome = replay.replay(id, item instanceof JsonObject wrapper ? edited(wrapper, id) : null);
            if (outcome instanceof Replay.Done done) {
                replayed.add(new JsonObject().put("id", id).put("newEntries", done.left()));
            } else if (outcome instanceof Replay.Failed why) {
                failed.add(new JsonObject().put("id", id).put("reason", why.reason()));
            }
        }
        JsonObject report = new JsonObject().put("replayed", replayed).put("failed", failed);
        return Reply.json(failed.isEmpty() ? 200 : 422, report);
    }

    private JsonArray array(Call call) {
        JsonArray asked;
        try {
            asked = new JsonArray(call.body());
        } catch (DecodeException | ClassCastException broken) {
            throw bad("the body must be a JSON array of ids, or of entries as GET " + ENTRIES + "/{id} gives them");
        }
        if (asked.size() > MOST_REPLAYED) {
            throw bad("the body names " + asked.size() + " entries, but at most " + MOST_REPLAYED
                    + " are replayed at once");
        }
        return asked;
    }

    private static long wrappedId(JsonObject wrapper) {
        Object entry = wrapper.getValue("errorEntry");
        Object id = entry instanceof JsonObject object ? object.getValue("id") : null;
        if (id == null) {
            throw bad("an element of the body has no errorEntry.id");
        }
        return id(String.valueOf(id));
    }

    /** The text only if it is another: what was bytes or holds a value that JSON cannot carry is given back as it was. */
    private @Nullable String edited(JsonObject wrapper, long id) throws SQLException {
        Object text = wrapper.getValue("modifiablePayloadString");
        if (!(text instanceof String edited)) {
            return null;
        }
        boolean same =
                store().find(id).filter(error -> edited.equals(text(error))).isPresent();
        return same ? null : edited;
    }

    private static JsonObject json(StoredError error, boolean descriptive) {
        JsonObject json = new JsonObject()
                .put("id", error.id())
                .put("timestamp", error.time().toEpochMilli())
                .put("siddhiAppName", error.app())
                .put("streamName", error.stream())
                .put("part", error.part())
                .put("cause", error.cause())
                .put("errorOccurrence", error.occurrence().name())
                .put("eventType", error.eventType().name())
                .put("errorType", error.errorType().name());
        if (descriptive) {
            Payload payload = error.payload();
            json.put("stackTrace", error.trace())
                    .put("originalPayload", text(error))
                    .put(
                            "payloadForm",
                            payload == null ? "EVENTS" : payload.form().name())
                    .put("properties", error.properties());
        }
        return json;
    }

    private static @Nullable String text(StoredError error) {
        Payload payload = error.payload();
        return payload == null ? error.events() : payload.text();
    }

    private static ErrorFilter filter(Call call) {
        return new ErrorFilter(
                call.query("siddhiApp"),
                call.query("stream"),
                call.query("errorOccurrence").map(ErrorRoutes::occurrence));
    }

    private static ErrorOccurrence occurrence(String name) {
        try {
            return ErrorOccurrence.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            List<ErrorOccurrence> known = Arrays.asList(ErrorOccurrence.values());
            throw bad("parameter 'errorOccurrence' must be one of " + known);
        }
    }

    private static long number(Call call, String name, long byDefault) {
        Optional<String> given = call.query(name);
        if (given.isEmpty()) {
            return byDefault;
        }
        if (!given.get().matches("[0-9]{1,6}")) {
            throw bad("parameter '" + name + "' must be a whole number from 0 to 999999");
        }
        return Long.parseLong(given.get());
    }

    private static long id(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw bad("'" + text + "' is no id of an entry");
        }
        return Long.parseLong(text);
    }

    private DurableErrorStore store() {
        return stores.get().orElseThrow(ErrorRoutes::unavailable);
    }

    private static Operation reached(Operation operation) {
        return call -> {
            try {
                return operation.answer(call);
            } catch (SQLException away) {
                throw unavailable();
            }
        };
    }

    private static ProblemException unavailable() {
        return new ProblemException(AdminError.ERRORS_UNAVAILABLE, "the database of the error store does not answer")
                .hint("New entries are kept in files and loaded when it is back; see /health/ready.")
                .retryAfter(Duration.ofSeconds(5));
    }

    private static ProblemException unknown(long id) {
        return new ProblemException(AdminError.NO_SUCH_ENTRY, "the error store has no entry " + id);
    }

    private static ProblemException bad(String detail) {
        return new ProblemException(AdminError.BAD_REQUEST, detail);
    }
}
