package io.sluice.dataservice.sql;

import java.math.BigDecimal;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** The types a parameter or a column can have, with how they are written in a request. */
public enum ValueType {
    /** Text. */
    STRING("text"),
    /** A whole number of 32 bits. */
    INT("a whole number of 32 bits"),
    /** A whole number of 64 bits. */
    LONG("a whole number of 64 bits"),
    /** A binary floating point number. */
    DOUBLE("a number"),
    /** A decimal number. */
    DECIMAL("a decimal number of at most 64 characters"),
    /** True or false. */
    BOOLEAN("true or false"),
    /** An instant; RFC 3339 with an offset. */
    TIMESTAMP("a time such as 2026-01-31T12:00:00Z"),
    /** A day. */
    DATE("a day such as 2026-01-31"),
    /** A time of day. */
    TIME("a time of day such as 12:00:00"),
    /** A UUID. */
    UUID("a UUID"),
    /** Bytes; base64. */
    BINARY("bytes in base64");

    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MAX_NUMBER = 64;

    private final String described;

    ValueType(String described) {
        this.described = described;
    }

    /** How a value is written, for example {@code a whole number of 32 bits}. */
    public String described() {
        return described;
    }

    /** The name in a service file, for example {@code timestamp}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether values are numbers. */
    public boolean numeric() {
        return this == INT || this == LONG || this == DOUBLE || this == DECIMAL;
    }

    /**
     * Reads the written form.
     *
     * @return String, Integer, Long, Double, BigDecimal, Boolean, Instant, LocalDate, LocalTime, java.util.UUID or byte[]
     * @throws IllegalArgumentException saying what is needed, without the text itself
     */
    public Object parse(String text) {
        try {
            return read(text);
        } catch (DateTimeException | IllegalArgumentException malformed) {
            throw new IllegalArgumentException("is not " + described, malformed);
        }
    }

    private Object read(String text) {
        return switch (this) {
            case STRING -> requireText(text);
            case INT -> Integer.valueOf(Math.toIntExact(whole(text)));
            case LONG -> whole(text);
            case DOUBLE -> finite(Double.parseDouble(number(text)));
            case DECIMAL -> new BigDecimal(number(text));
            case BOOLEAN -> truth(text);
            case TIMESTAMP ->
                inRange(OffsetDateTime.parse(text.replace(' ', 'T'))).toInstant();
            case DATE -> inRange(LocalDate.parse(text));
            case TIME -> LocalTime.parse(text);
            case UUID -> java.util.UUID.fromString(matching(UUID_TEXT, text));
            case BINARY -> Base64.getDecoder().decode(text);
        };
    }

    /** No database keeps NUL or half a surrogate pair, and each says so in its own way. */
    private static String requireText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean pair = Character.isHighSurrogate(each)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (each == 0 || (Character.isSurrogate(each) && !pair)) {
                throw new IllegalArgumentException("not Unicode text");
            }
            i += pair ? 1 : 0;
        }
        return text;
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(matching(WHOLE, text));
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("out of range", tooLarge);
        }
    }

    private static String number(String text) {
        if (text.length() > MAX_NUMBER) {
            throw new IllegalArgumentException("too long");
        }
        return matching(NUMBER, text);
    }

    private static Double finite(double number) {
        if (Double.isInfinite(number)) {
            throw new IllegalArgumentException("out of range");
        }
        return number;
    }

    private static Boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("neither true nor false");
        }
        return text.equals("true");
    }

    /** The years that every database can keep. */
    private static OffsetDateTime inRange(OffsetDateTime time) {
        inRange(time.toLocalDate());
        return time;
    }

    private static LocalDate inRange(LocalDate day) {
        if (day.getYear() < 1 || day.getYear() > 9999) {
            throw new IllegalArgumentException("out of range");
        }
        return day;
    }

    private static String matching(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("malformed");
        }
        return text;
    }

    /** The written form of what {@link #parse} gave, exact both ways; for cursors. */
    public String write(Object value) {
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : writeSingle(value);
    }

    private static String writeSingle(Object value) {
        return value instanceof Instant instant ? instant.toString() : String.valueOf(value);
    }

    /** The type that serves a column of the database best. */
    public static ValueType of(int jdbcType, String typeName) {
        String name = typeName.toLowerCase(Locale.ROOT);
        if (name.equals("uuid")) {
            return UUID;
        }
        return switch (jdbcType) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> INT;
            case Types.BIGINT -> LONG;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> DOUBLE;
            case Types.NUMERIC, Types.DECIMAL -> DECIMAL;
            case Types.BIT, Types.BOOLEAN -> BOOLEAN;
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> TIMESTAMP;
            case Types.DATE -> DATE;
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> TIME;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BINARY;
            default -> STRING;
        };
    }
}
