package io.sluice.siddhi.kit;

import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Which source or sink speaks, for messages and logs.
 *
 * @param kind {@code source} or {@code sink}
 * @param type the name in {@code type='…'}
 * @param stream the stream it feeds or drains
 * @param app the app it belongs to
 */
public record Place(String kind, String type, String stream, String app) {

    /** A log line that says who speaks. */
    public LoggingEventBuilder log(Logger logger, Level level) {
        return logger.atLevel(level)
                .addKeyValue("app", app)
                .addKeyValue("stream", stream)
                .addKeyValue(kind, type);
    }

    @Override
    public String toString() {
        return kind + " '" + type + "' of stream '" + stream + "' in app '" + app + "'";
    }
}
