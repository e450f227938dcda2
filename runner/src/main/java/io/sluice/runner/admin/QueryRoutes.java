package io.sluice.runner.admin;

import io.siddhi.query.api.exception.SiddhiAppContextException;
import io.siddhi.query.api.execution.query.OnDemandQuery;
import io.siddhi.query.api.execution.query.OnDemandQuery.OnDemandQueryType;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.siddhi.query.compiler.exception.SiddhiParserException;
import io.sluice.common.ProblemException;
import io.sluice.runner.AdminConfig;
import io.sluice.runner.host.Reason;
import io.sluice.runner.host.SiddhiHost;
import io.sluice.runner.host.StoreQueries;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * On-demand queries over HTTP: {@code POST /stores/query} and {@code POST /query} with {@code {"appName","query","details"}}. The answer is
 * {@code {"records":[[…],…]}}, with {@code details} also {@code "details":[{"name","dataType"},…]}, and after a change {@code "affected"}, the rows it touched. To read needs the permission to view, to change the permission to manage.
 *
 * <p>Bounds: the rows of an answer, and the time until it is there. A query that is given up while it waits for its app is never asked; one that has begun runs to its end.
 */
public final class QueryRoutes implements RouteGroup {

    private static final Set<OnDemandQueryType> READING = Set.of(OnDemandQueryType.FIND, OnDemandQueryType.SELECT);

    private final Function<String, Optional<SiddhiHost>> apps;
    private final AdminConfig config;
    private final ExecutorService threads;

    /**
     * @param apps finds a running app
     * @param config bounds
     * @param threads where a query waits for its app; as many as admin calls may be answered at once
     */
    public QueryRoutes(Function<String, Optional<SiddhiHost>> apps, AdminConfig config, ExecutorService threads) {
        this.apps = apps;
        this.config = config;
        this.threads = threads;
    }

    @Override
    public void addTo(AdminRouter router) {
        router.on(HttpMethod.POST, "/stores/query", Access.VIEW, this::query)
                .on(HttpMethod.POST, "/query", Access.VIEW, this::query);
    }

    private Reply query(Call call) throws Exception {
        JsonObject asked = call.json();
        String query = text(asked, "query", "Query");
        String app = text(asked, "appName", "Siddhi app name");
        OnDemandQuery parsed = parsed(query);
        if (!READING.contains(parsed.getType())) {
            call.caller().require(Access.MANAGE);
        }
        SiddhiHost host = apps.apply(app)
                .orElseThrow(() -> new ProblemException(
                        AdminError.NO_ACTIVE_APP, "Cannot find an active SiddhiApp with name: " + app));
        StoreQueries.Result answer = answer(app, host, parsed, query);
        if (answer.rows().size() > config.maxRows()) {
            throw new ProblemException(
                            AdminError.TOO_MANY_ROWS, "the answer has more than " + config.maxRows() + " rows")
                    .hint("Add a condition, or 'limit' and 'offset', to the query; or raise runner.admin.max-rows.");
        }
        return Reply.json(200, json(answer, Boolean.TRUE.equals(asked.getValue("details"))));
    }

    /** The order of these checks and their words are those that clients know. */
    private static String text(JsonObject asked, String member, String name) {
        if (!(asked.getValue(member) instanceof String text) || text.isBlank()) {
            throw new ProblemException(AdminError.BAD_REQUEST, name + " cannot be empty or null");
        }
        return text;
    }

    private static OnDemandQuery parsed(String query) {
        try {
            return SiddhiCompiler.parseOnDemandQuery(query);
        } catch (RuntimeException wrong) {
            throw bad(wrong);
        }
    }

    private StoreQueries.Result answer(String app, SiddhiHost host, OnDemandQuery parsed, String query)
            throws Exception {
        Future<StoreQueries.Result> pending =
                threads.submit(() -> host.queries().run(parsed, query, config.maxRows() + 1));
        try {
            return pending.get(config.queryTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            pending.cancel(true);
            throw new ProblemException(
                            AdminError.TIMED_OUT,
                            "app '" + app + "' did not answer within "
                                    + config.queryTimeout().toMillis() + " ms")
                    .hint("Ask for less, or raise runner.admin.query-timeout.");
        } catch (ExecutionException failed) {
            throw explained(app, Objects.requireNonNullElse(failed.getCause(), failed));
        }
    }

    private static ProblemException explained(String app, Throwable cause) {
        if (cause instanceof InterruptedException) {
            return new ProblemException(AdminError.NO_ACTIVE_APP, "app '" + app + "' is stopping");
        }
        if (cause instanceof StoreQueries.Failed) {
            return new ProblemException(AdminError.QUERY_FAILED, "Cannot query: " + cause.getMessage())
                    .hint("/health/ready on the management port says which table is not connected.");
        }
        return bad(cause);
    }

    /** With line and column in the query, as far as the engine says. */
    private static ProblemException bad(Throwable wrong) {
        int[] place = null;
        if (wrong instanceof SiddhiAppContextException known) {
            place = wrong instanceof SiddhiParserException && known.getQueryContextEndIndex() != null
                    ? known.getQueryContextEndIndex()
                    : known.getQueryContextStartIndex();
        }
        String where = place == null || place.length < 2
                ? ""
                : place[0] + ":" + (place[1] + 1) + ": "; // the engine counts columns from 0
        return new ProblemException(AdminError.BAD_QUERY, "Cannot query: " + where + Reason.of(wrong))
                .hint("The numbers are line and column in the query.");
    }

    private static JsonObject json(StoreQueries.Result answer, boolean details) {
        JsonArray records = new JsonArray();
        answer.rows().forEach(row -> records.add(new JsonArray(values(row))));
        JsonObject json = new JsonObject().put("records", records);
        answer.affected().ifPresent(rows -> json.put("affected", rows));
        if (details) {
            JsonArray columns = new JsonArray();
            answer.columns()
                    .forEach(column -> columns.add(new JsonObject()
                            .put("name", column.getName())
                            .put("dataType", column.getType().name().toUpperCase(Locale.ROOT))));
            json.put("details", columns);
        }
        return json;
    }

    /** Numbers, text and truth values as they are; what JSON cannot say as text. */
    private static List<Object> values(Object[] row) {
        return new ArrayList<>(Arrays.stream(row)
                .map(value -> {
                    boolean finite = !(value instanceof Double number) || Double.isFinite(number);
                    boolean plain = value == null || value instanceof Number || value instanceof Boolean;
                    return plain && finite ? value : String.valueOf(value);
                })
                .toList());
    }
}
