package io.sluice.runner.errors;

import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which entries of the error store are meant; what is empty restricts nothing.
 *
 * @param app name of the app
 * @param stream name of the stream or table
 * @param occurrence where it failed
 */
public record ErrorFilter(Optional<String> app, Optional<String> stream, Optional<ErrorOccurrence> occurrence) {

    /** All entries. */
    public static final ErrorFilter ALL = new ErrorFilter(Optional.empty(), Optional.empty(), Optional.empty());

    /** All entries of one app. */
    public static ErrorFilter ofApp(String app) {
        return new ErrorFilter(Optional.of(app), Optional.empty(), Optional.empty());
    }

    /** The condition in SQL, with a placeholder for each of {@link #values()}; empty if there is none. */
    String where() {
        List<String> terms = new ArrayList<>();
        app.ifPresent(value -> terms.add("app = ?"));
        stream.ifPresent(value -> terms.add("stream = ?"));
        occurrence.ifPresent(value -> terms.add("occurrence = ?"));
        return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
    }

    List<String> values() {
        List<String> values = new ArrayList<>();
        app.ifPresent(values::add);
        stream.ifPresent(values::add);
        occurrence.ifPresent(value -> values.add(value.name()));
        return values;
    }
}
