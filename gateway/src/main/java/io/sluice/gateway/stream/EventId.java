package io.sluice.gateway.stream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one event of a stream, the same for every client and transport, written {@code <epoch>-<number>}.
 *
 * @param epoch names one life of the hub, so that the numbers of an earlier life are not mistaken for today's
 * @param number counts up by one from 1 within it; 0 stands before the first event
 */
public record EventId(String epoch, long number) {

    private static final Pattern FORM = Pattern.compile("([0-9a-z]{1,32})-(0|[1-9][0-9]{0,17})");

    /** Reads the written form; empty where it is none. */
    public static Optional<EventId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new EventId(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + "-" + number;
    }
}
