package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.reply.LiveRows;
import io.sluice.dataservice.sql.PageQuery;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at a table for one tail: how far it is, and the next rows. Holds a connection only while it looks. Blocks; used by one thread at a time. */
final class TailQuery {

    /** Bytes after which a look ends, so that a tail needs little memory however long its rows wait. */
    private static final int BATCH_BYTES = 64 * 1024;

    private final Reader reader;
    private final ReadOperation.Plan plan;
    private final ReadOperation.Live live;
    private final LiveRows rows;
    private final Watermark watermark;
    private @Nullable Long last;
    private String cursor;

    /**
     * @param plan of a request that follows
     * @param start the cursor the client came with, or empty
     */
    TailQuery(Reader reader, ReadOperation.Plan plan, LiveRows rows, Duration settle, String start) {
        this.reader = reader;
        this.plan = plan;
        this.live = Objects.requireNonNull(plan.live());
        this.rows = rows;
        this.watermark = new Watermark(settle);
        this.cursor = start;
        this.last = plan.query().after().isEmpty()
                ? null
                : ((Number) plan.query().after().get(0)).longValue();
    }

    /**
     * What one look found.
     *
     * @param position how far the table is, or null if it has no row for this caller
     * @param lagMillis how old the row at the position is, or null if nothing says so
     * @param count rows in {@code text}
     * @param text the rows
     * @param more whether more can be had at once
     * @param waiting whether rows were seen that are not settled
     */
    record Look(
            @Nullable Long position, @Nullable Long lagMillis, int count, Buffer text, boolean more, boolean waiting) {}

    /** The cursor behind the last row that was given out, or the one the client came with. */
    String cursor() {
        return cursor;
    }

    /**
     * Looks once.
     *
     * @throws ProblemException if the database fails
     */
    Look look() {
        return reader.reading(connection -> {
            long now = System.nanoTime();
            Position position = Position.look(connection, plan, live, reader);
            if (position.key() != null) {
                watermark.observe(now, position.key());
            }
            Long safe = watermark.safe(now);
            if (safe == null || (last != null && safe <= last)) {
                return new Look(position.key(), position.lagMillis(), 0, Buffer.buffer(), false, watermark.waiting());
            }
            return rows(connection, position, safe);
        });
    }

    private Look rows(Connection connection, Position position, long safe) throws SQLException {
        PageQuery query = plan.query().between(last, safe);
        int count = 0;
        boolean more = false;
        try (PreparedStatement statement = query.page(plan.values()).prepare(connection)) {
            reader.limitTime(statement);
            try (ResultSet result = statement.executeQuery()) {
                while (!more && result.next()) {
                    List<Object> key = plan.tree().values(List.of(live.column()), result);
                    last = ((Number) key.get(0)).longValue();
                    cursor = reader.cursor(plan, key);
                    rows.row(result, cursor);
                    count++;
                    more = count == plan.limit() || rows.size() >= BATCH_BYTES;
                }
            }
        } catch (IOException unexpected) {
            throw new UncheckedIOException("writing to memory", unexpected);
        }
        if (!more) {
            last = safe; // also where filters left the last rows out
        }
        Buffer text = count == 0 ? Buffer.buffer() : rows.take(cursor);
        return new Look(position.key(), position.lagMillis(), count, text, more, watermark.waiting());
    }

    /** How far a resource is, and how old that is. */
    record Position(@Nullable Long key, @Nullable Long lagMillis) {

        /** Looks at the row with the highest key among those the caller may see. */
        static Position look(Connection connection, ReadOperation.Plan plan, ReadOperation.Live live, Reader reader)
                throws SQLException {
            try (PreparedStatement statement =
                    plan.query().last(live.column()).page(plan.values()).prepare(connection)) {
                reader.limitTime(statement);
                try (ResultSet result = statement.executeQuery()) {
                    if (!result.next()) {
                        return new Position(null, null);
                    }
                    Number key = (Number)
                            plan.tree().values(List.of(live.column()), result).get(0);
                    Instant at =
                            live.time() == null ? null : (Instant) plan.tree().value(live.time(), result);
                    return new Position(
                            key.longValue(),
                            at == null
                                    ? null
                                    : Math.max(
                                            0,
                                            Duration.between(at, Instant.now()).toMillis()));
                }
            }
        }
    }
}
