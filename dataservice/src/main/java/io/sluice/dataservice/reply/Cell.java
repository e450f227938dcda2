package io.sluice.dataservice.reply;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.dataservice.sql.Column;
import io.sluice.dataservice.sql.Storage;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One column of the row a result stands at. Times are RFC 3339 in UTC, bytes base64; numbers that are none (NaN, infinite) are null.
 *
 * @param column what it is
 * @param index its 1-based place in the result
 */
record Cell(Column column, int index) {

    private static final int MAX_SCALE = 1000;

    /** Writes the value, without boxing where JDBC allows. */
    void write(JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        switch (column.type()) {
            case INT, LONG -> writeLong(json, rows);
            case DOUBLE -> writeDouble(json, rows);
            case DECIMAL -> writeDecimal(json, rows);
            case BOOLEAN -> {
                boolean truth = rows.getBoolean(index);
                if (rows.wasNull()) {
                    json.writeNull();
                } else {
                    json.writeBoolean(truth);
                }
            }
            default -> {
                String text = text(rows);
                if (text == null) {
                    json.writeNull();
                } else {
                    json.writeString(text);
                }
            }
        }
    }

    private void writeLong(JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        long number = rows.getLong(index);
        if (rows.wasNull()) {
            json.writeNull();
        } else if (column.asText()) {
            json.writeString(Long.toString(number));
        } else {
            json.writeNumber(number);
        }
    }

    private void writeDouble(JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        double number = rows.getDouble(index);
        if (rows.wasNull() || !Double.isFinite(number)) {
            json.writeNull();
        } else if (column.asText()) {
            json.writeString(Double.toString(number));
        } else {
            json.writeNumber(number);
        }
    }

    private void writeDecimal(JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        BigDecimal number = rows.getBigDecimal(index);
        if (number == null) {
            json.writeNull();
        } else if (column.asText()) {
            json.writeString(plain(number));
        } else {
            json.writeNumber(plain(number));
        }
    }

    private static String plain(BigDecimal number) {
        return Math.abs(number.scale()) > MAX_SCALE ? number.toString() : number.toPlainString();
    }

    /** The value as text, null for NULL. */
    @Nullable
    String text(ResultSet rows) throws SQLException {
        Object value = value(rows);
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof BigDecimal number) {
            return plain(number);
        }
        if (value instanceof LocalTime time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
        }
        if (value == null || (value instanceof Double number && !Double.isFinite(number))) {
            return null;
        }
        return value.toString();
    }

    /** The value as the type's Java class, null for NULL; see {@link io.sluice.dataservice.sql.ValueType#parse}. */
    @Nullable
    Object value(ResultSet rows) throws SQLException {
        Object value = switch (column.type()) {
            case STRING -> rows.getString(index);
            case INT -> rows.getInt(index);
            case LONG -> rows.getLong(index);
            case DOUBLE -> rows.getDouble(index);
            case DECIMAL -> rows.getBigDecimal(index);
            case BOOLEAN -> rows.getBoolean(index);
            case TIMESTAMP -> instant(rows);
            case DATE -> rows.getObject(index, LocalDate.class);
            case TIME -> rows.getObject(index, LocalTime.class);
            case UUID -> uuid(rows.getString(index));
            case BINARY -> rows.getBytes(index);
        };
        return rows.wasNull() ? null : value;
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text == null ? null : UUID.fromString(text);
    }

    private @Nullable Instant instant(ResultSet rows) throws SQLException {
        if (column.storage() == Storage.EPOCH_MILLIS) {
            return Instant.ofEpochMilli(rows.getLong(index));
        }
        if (column.zoned()) {
            OffsetDateTime time = rows.getObject(index, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
        LocalDateTime time = rows.getObject(index, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }
}
