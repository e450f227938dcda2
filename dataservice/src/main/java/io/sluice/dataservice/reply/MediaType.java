package io.sluice.dataservice.reply;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What rows can be written as. */
public enum MediaType {
    /** One JSON document: a page. */
    JSON("application/json", "application/json", false),
    /** One JSON object per line, to the last row. */
    NDJSON("application/x-ndjson", "application/x-ndjson", true),
    /** Comma-separated values (RFC 4180), to the last row. */
    CSV("text/csv", "text/csv; charset=utf-8; header=present", true),
    /** Server-sent events: the rows there are, then those that come. */
    SSE("text/event-stream", "text/event-stream; charset=utf-8", false);

    private final String range;
    private final String header;
    private final boolean export;

    MediaType(String range, String header, boolean export) {
        this.range = range;
        this.header = header;
        this.export = export;
    }

    /** Value of {@code Content-Type}. */
    public String header() {
        return header;
    }

    /** Name without parameters. */
    public String range() {
        return range;
    }

    /** Whether it goes on to the last row instead of ending with a page. */
    public boolean export() {
        return export;
    }

    /**
     * The best of what an {@code Accept} header names (RFC 9110, section 12.5.1); JSON without one.
     *
     * @param offered what there is to choose from; the first of equals wins
     */
    public static Optional<MediaType> accepted(@Nullable String accept, List<MediaType> offered) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(JSON);
        }
        MediaType best = null;
        double bestWeight = 0;
        for (MediaType each : offered) {
            double weight = weight(each, accept.toLowerCase(Locale.ROOT));
            if (weight > bestWeight) {
                best = each;
                bestWeight = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The weight of the most specific range that matches. */
    private static double weight(MediaType type, String accept) {
        double weight = 0;
        int specific = 0;
        for (String item : accept.split(",")) {
            String[] parts = item.strip().split("\\s*;\\s*");
            int fits = type.specificity(parts[0]);
            if (fits > specific) {
                specific = fits;
                weight = quality(parts);
            }
        }
        return weight;
    }

    private int specificity(String wanted) {
        if (wanted.equals(range) || (this == NDJSON && wanted.equals("application/ndjson"))) {
            return 3;
        }
        String group = range.substring(0, range.indexOf('/')) + "/*";
        return wanted.equals(group) ? 2 : wanted.equals("*/*") ? 1 : 0;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parts[i].substring(2));
            }
        }
        return 1;
    }
}
