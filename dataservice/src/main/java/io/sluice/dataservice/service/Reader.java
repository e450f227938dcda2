package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.ServiceFile.Limits;
import io.sluice.dataservice.reply.ClientGone;
import io.sluice.dataservice.reply.CsvLines;
import io.sluice.dataservice.reply.JsonLines;
import io.sluice.dataservice.reply.JsonPage;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.ReplyStream;
import io.sluice.dataservice.reply.RowFormat;
import io.sluice.dataservice.sql.BoundSql;
import io.sluice.dataservice.sql.Dialect;
import io.sluice.dataservice.sql.SortKey;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs one GET: in a transaction that only reads, row by row into the reply. Blocks; called on a worker. */
final class Reader {

    private static final int ROWS_BETWEEN_LOOKS = 64;

    private final ReadOperation operation;
    private final DataSource source;
    private final Executor aside;

    /** @param aside runs the cancelling of statements, which may block */
    Reader(ReadOperation operation, DataSource source, Executor aside) {
        this.operation = operation;
        this.source = source;
        this.aside = aside;
    }

    /**
     * Writes the whole reply, up to {@link ReplyStream#finish}.
     *
     * @return rows written
     * @throws ProblemException for what the client should hear; the reply may have started
     * @throws ClientGone if nobody reads any more
     */
    long run(ReadRequest request, ReplyStream out) throws IOException {
        ReadOperation.Plan plan = operation.plan(request);
        Limits limits = operation.limits();
        long deadline = System.nanoTime() + limits.maxDuration().toNanos();
        Dialect dialect = operation.dialect();
        try (Connection connection = source.getConnection()) {
            boolean done = false;
            try {
                dialect.beginRead(connection, (int) limits.timeout().toMillis());
                putPosition(connection, plan, out);
                Long count = plan.count() ? count(connection, plan) : null;
                long rows = stream(connection, plan, request, count, out, deadline);
                done = true;
                return rows;
            } finally {
                end(dialect, connection, done);
            }
        } catch (SQLException failed) {
            if (out.gone()) {
                throw new ClientGone("left", failed);
            }
            throw DatabaseProblem.of(failed);
        }
    }

    /** Work with a connection that only reads. */
    interface Work<T> {
        /** Does it. */
        T with(Connection connection) throws SQLException;
    }

    /**
     * Does some work in a transaction that only reads.
     *
     * @throws ProblemException if the database fails
     */
    <T> T reading(Work<T> work) {
        Dialect dialect = operation.dialect();
        try (Connection connection = source.getConnection()) {
            boolean done = false;
            try {
                dialect.beginRead(connection, (int) operation.limits().timeout().toMillis());
                T result = work.with(connection);
                done = true;
                return result;
            } finally {
                end(dialect, connection, done);
            }
        } catch (SQLException failed) {
            throw DatabaseProblem.of(failed);
        }
    }

    /** Before the rows, which then reach at least so far. */
    private void putPosition(Connection connection, ReadOperation.Plan plan, ReplyStream out) throws SQLException {
        ReadOperation.Live live = plan.live();
        if (live != null) {
            TailQuery.Position position = TailQuery.Position.look(connection, plan, live, this);
            out.head(response -> StreamHeaders.put(response, position.key(), position.lagMillis()));
        }
    }

    /** The cursor behind a row. */
    String cursor(ReadOperation.Plan plan, List<Object> key) {
        return operation.cursors().write(plan.identity(), plan.query().order(), key);
    }

    /** After a failure the connection may be broken, and the failure is what counts. */
    private static void end(Dialect dialect, Connection connection, boolean done) throws SQLException {
        try {
            dialect.end(connection);
        } catch (SQLException broken) {
            if (done) {
                throw broken;
            }
            connection.abort(Runnable::run);
        }
    }

    private long count(Connection connection, ReadOperation.Plan plan) throws SQLException {
        BoundSql sql = plan.query().count(plan.values());
        try (PreparedStatement statement = sql.prepare(connection)) {
            limitTime(statement);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** Gives a statement the time it may take. */
    void limitTime(PreparedStatement statement) throws SQLException {
        statement.setQueryTimeout((int) Math.max(1, operation.limits().timeout().toSeconds()));
    }

    private long stream(
            Connection connection,
            ReadOperation.Plan plan,
            ReadRequest request,
            @Nullable Long count,
            ReplyStream out,
            long deadline)
            throws SQLException, IOException {
        BoundSql sql = plan.query().page(plan.values());
        try (PreparedStatement statement = sql.prepare(connection)) {
            limitTime(statement);
            operation.dialect().stream(statement, connection);
            Cancellation cancellation = new Cancellation(statement, aside);
            out.whenGone(cancellation::cancel);
            try (ResultSet rows = statement.executeQuery()) {
                return write(rows, plan, request, count, out, deadline);
            } catch (IOException | ProblemException | SQLException stopped) {
                cancellation.now(); // or MySQL's driver reads the rest before it closes the result
                throw stopped;
            } finally {
                cancellation.over();
            }
        }
    }

    private long write(
            ResultSet rows,
            ReadOperation.Plan plan,
            ReadRequest request,
            @Nullable Long count,
            ReplyStream out,
            long deadline)
            throws SQLException, IOException {
        boolean more = rows.next();
        if (!more && operation.file().single()) {
            throw new ProblemException(DataError.NO_SUCH_ROW, "there is no such row");
        }
        RowFormat format = format(request.media(), plan, count, out);
        String next = null;
        long written = 0;
        try {
            while (more && written < plan.limit()) {
                format.row(rows);
                written++;
                boolean last = written == plan.limit();
                List<Object> key = last && paged(plan) ? keyOf(rows, plan) : List.of();
                look(written, deadline, out);
                more = rows.next();
                if (more && last && !key.isEmpty()) {
                    next = nextOf(request, plan, key);
                }
            }
            requireComplete(more, plan);
            format.end(next);
        } catch (SQLException | ProblemException broken) {
            ProblemException problem =
                    broken instanceof SQLException failed ? DatabaseProblem.of(failed) : (ProblemException) broken;
            if (out.started() && !out.gone() && format.broken(problem.problem())) {
                out.finish();
            }
            throw broken;
        }
        out.finish();
        return written;
    }

    private void requireComplete(boolean more, ReadOperation.Plan plan) {
        if (more && !plan.cutsSilently() && !operation.file().single()) {
            throw new ProblemException(
                            DataError.TOO_MANY_ROWS,
                            "there are more than the " + plan.limit() + " rows one reply may have")
                    .hint("Narrow the request, or name a 'limit'.");
        }
    }

    private static void look(long written, long deadline, ReplyStream out) throws ClientGone {
        if (written % ROWS_BETWEEN_LOOKS == 0) {
            if (System.nanoTime() > deadline) {
                throw new ProblemException(DataError.DATABASE_TIMEOUT, "the reply took longer than allowed");
            }
            out.requireReader();
        }
    }

    private static boolean paged(ReadOperation.Plan plan) {
        return !plan.query().order().isEmpty();
    }

    private static List<Object> keyOf(ResultSet rows, ReadOperation.Plan plan) throws SQLException {
        return plan.tree()
                .values(plan.query().order().stream().map(SortKey::column).toList(), rows);
    }

    private RowFormat format(MediaType media, ReadOperation.Plan plan, @Nullable Long count, ReplyStream out)
            throws IOException {
        return switch (media) {
            case JSON -> page(plan, count, out);
            case NDJSON -> new JsonLines(out, plan.tree());
            case SSE -> throw new IllegalStateException("an event stream is a tail, never a page");
            case CSV -> new CsvLines(out, plan.tree());
        };
    }

    private JsonPage page(ReadOperation.Plan plan, @Nullable Long count, ReplyStream out) throws IOException {
        String wrap = operation.file().wrap();
        return wrap == null
                ? new JsonPage(out, plan.tree(), count, operation.file().single())
                : new JsonPage(out, plan.tree(), List.of(wrap.split("\\.")));
    }

    /** Relative, so that it holds behind any gateway. */
    private String nextOf(ReadRequest request, ReadOperation.Plan plan, List<Object> key) {
        String cursor = cursor(plan, key);
        String same = request.query().entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals("cursor") && !entry.getKey().equals("count"))
                .map(Reader::encoded)
                .collect(Collectors.joining());
        return "?" + same + "cursor=" + cursor;
    }

    private static String encoded(Map.Entry<String, List<String>> parameter) {
        String name = URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8);
        return parameter.getValue().stream()
                .map(value -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8) + "&")
                .collect(Collectors.joining());
    }
}
