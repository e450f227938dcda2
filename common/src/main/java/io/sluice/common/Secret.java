package io.sluice.common;

/**
 * A value that must not be printed; {@code toString()} shows six asterisks.
 *
 * @param value the text itself, to be read only where it is used
 */
public record Secret(String value) {
    @Override
    public String toString() {
        return "******";
    }
}
