package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * Siddhi's types as JDBC has them. An {@code object} is bytes: a {@code byte[]} as it is, anything else in Java's serial form, of which only classes of
 * the JDK's {@code lang}, {@code util}, {@code math} and {@code time} are read back.
 */
final class Values {

    private static final int SERIAL_MAGIC = 0xACED;
    private static final ObjectInputFilter READABLE = ObjectInputFilter.Config.createFilter(
            "maxdepth=50;maxrefs=100000;maxbytes=16777216;java.lang.*;java.util.*;java.math.*;java.time.*;!*");

    private Values() {}

    /**
     * Binds one value.
     *
     * @throws SQLException as JDBC throws it, or with state 22 if the value does not fit the type
     */
    static void bind(PreparedStatement statement, int index, @Nullable Object value, Attribute.Type type)
            throws SQLException {
        if (value == null) {
            statement.setNull(index, sqlType(type));
            return;
        }
        try {
            switch (type) {
                case STRING -> statement.setString(index, String.valueOf(value));
                case INT -> statement.setInt(index, ((Number) value).intValue());
                case LONG -> statement.setLong(index, ((Number) value).longValue());
                case FLOAT -> statement.setFloat(index, ((Number) value).floatValue());
                case DOUBLE -> statement.setDouble(index, ((Number) value).doubleValue());
                case BOOL -> statement.setBoolean(index, (Boolean) value);
                case OBJECT -> statement.setBytes(index, bytes(value));
            }
        } catch (ClassCastException wrongType) {
            throw new SQLException("a " + value.getClass().getName() + " is no " + type, "22000", wrongType);
        }
    }

    /**
     * Reads one value.
     *
     * @param allowNull whether SQL NULL stays null; else it reads as 0 or false, except for strings and objects
     */
    static @Nullable Object read(ResultSet row, int index, Attribute.Type type, boolean allowNull) throws SQLException {
        Object value = switch (type) {
            case STRING -> row.getString(index);
            case INT -> row.getInt(index);
            case LONG -> row.getLong(index);
            case FLOAT -> row.getFloat(index);
            case DOUBLE -> row.getDouble(index);
            case BOOL -> row.getBoolean(index);
            case OBJECT -> object(row.getBytes(index));
        };
        return allowNull && row.wasNull() ? null : value;
    }

    private static int sqlType(Attribute.Type type) {
        return switch (type) {
            case STRING -> Types.VARCHAR;
            case INT -> Types.INTEGER;
            case LONG -> Types.BIGINT;
            case FLOAT -> Types.REAL;
            case DOUBLE -> Types.DOUBLE;
            case BOOL -> Types.BOOLEAN;
            case OBJECT -> Types.VARBINARY;
        };
    }

    private static byte[] bytes(Object value) throws SQLException {
        if (value instanceof byte[] raw && !isSerial(raw)) {
            return raw;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException notSerializable) {
            throw new SQLException(
                    "an object of " + value.getClass().getName() + " has no serial form", "22000", notSerializable);
        }
        return bytes.toByteArray();
    }

    private static @Nullable Object object(byte @Nullable [] bytes) throws SQLException {
        if (bytes == null || !isSerial(bytes)) {
            return bytes;
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            in.setObjectInputFilter(READABLE);
            return in.readObject();
        } catch (IOException | ClassNotFoundException unreadable) {
            throw new SQLException("a stored object cannot be read: " + unreadable, "22000", unreadable);
        }
    }

    private static boolean isSerial(byte[] bytes) {
        return bytes.length > 1 && ((bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF) == SERIAL_MAGIC;
    }
}
