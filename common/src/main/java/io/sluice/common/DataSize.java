package io.sluice.common;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or disk, written {@code 512B}, {@code 64KiB}, {@code 1MiB}, {@code 2GiB}.
 *
 * @param bytes the amount, 0 or more
 */
public record DataSize(long bytes) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) ?(B|KiB|MiB|GiB|TiB)");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    /** Rejects negative sizes. */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size of " + bytes + " bytes must not be negative");
        }
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException saying how a size is written, without the text itself
     */
    public static DataSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "is not a size. Use a number and a unit, for example '64KiB' or '1MiB'.");
        }
        try {
            int power = UNITS.indexOf(matcher.group(2));
            return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power)));
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException(
                    "is larger than any size. The largest is " + Long.MAX_VALUE + "B.", tooLarge);
        }
    }

    /** The written form in the largest unit that needs no fraction. */
    @Override
    public String toString() {
        long amount = bytes;
        int unit = 0;
        while (amount != 0 && amount % 1024 == 0 && unit < UNITS.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return amount + UNITS.get(unit);
    }
}
