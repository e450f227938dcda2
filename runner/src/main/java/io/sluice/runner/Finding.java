package io.sluice.runner;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Something about an app file that its author should know.
 *
 * @param file the file as it was named by the caller
 * @param line from 1
 * @param column from 1
 * @param severity whether it keeps the app from running
 * @param message what is wrong and what to do
 */
public record Finding(Path file, int line, int column, Severity severity, String message) {

    /** Whether a finding keeps the app from running. */
    public enum Severity {
        /** The app cannot run. */
        ERROR,
        /** The app runs, but perhaps not as its author expects. */
        WARNING,
        /** The app runs; the deployment differs from Siddhi's default in its favour. */
        NOTE
    }

    static Finding error(Path file, Template.Place place, String message) {
        return new Finding(file, place.line(), place.column(), Severity.ERROR, message);
    }

    static Finding warning(Path file, Template.Place place, String message) {
        return new Finding(file, place.line(), place.column(), Severity.WARNING, message);
    }

    static Finding note(Path file, Template.Place place, String message) {
        return new Finding(file, place.line(), place.column(), Severity.NOTE, message);
    }

    /** Whether it keeps the app from running. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** As printed: {@code file:line:column: message}. */
    @Override
    public String toString() {
        String prefix = isError() ? "" : severity.name().toLowerCase(Locale.ROOT) + ": ";
        return file + ":" + line + ":" + column + ": " + prefix + message;
    }
}
