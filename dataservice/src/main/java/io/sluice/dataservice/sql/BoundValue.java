package io.sluice.dataservice.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A value with what is needed to hand it to a driver.
 *
 * @param type its type
 * @param storage how a timestamp is kept
 * @param zoned whether a timestamp goes to a column with a time zone
 * @param value what {@link ValueType#parse} gives; null for NULL
 */
public record BoundValue(
        ValueType type,
        Storage storage,
        boolean zoned,
        @Nullable Object value) {

    /** Sets one parameter; never as part of the text. */
    public void bind(PreparedStatement statement, int index) throws SQLException {
        if (value == null) {
            statement.setNull(index, jdbcType());
        } else if (value instanceof Instant instant) {
            bindTime(statement, index, instant);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            statement.setObject(index, value);
        }
    }

    private void bindTime(PreparedStatement statement, int index, Instant instant) throws SQLException {
        if (storage == Storage.EPOCH_MILLIS) {
            statement.setLong(index, instant.toEpochMilli());
        } else if (zoned) {
            statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
        } else {
            statement.setObject(index, LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
        }
    }

    private int jdbcType() {
        return switch (type) {
            case STRING -> Types.VARCHAR;
            case INT -> Types.INTEGER;
            case LONG -> Types.BIGINT;
            case DOUBLE -> Types.DOUBLE;
            case DECIMAL -> Types.DECIMAL;
            case BOOLEAN -> Types.BOOLEAN;
            case TIMESTAMP -> storage == Storage.EPOCH_MILLIS ? Types.BIGINT : Types.TIMESTAMP;
            case DATE -> Types.DATE;
            case TIME -> Types.TIME;
            case UUID -> Types.OTHER;
            case BINARY -> Types.VARBINARY;
        };
    }
}
