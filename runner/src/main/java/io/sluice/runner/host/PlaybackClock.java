package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.util.timestamp.TimestampGenerator;
import io.siddhi.core.util.timestamp.TimestampGeneratorImpl;
import io.siddhi.query.api.annotation.Annotation;
import io.siddhi.query.compiler.SiddhiCompiler;

/** Event time for apps with {@code @app:playback}: Siddhi's own generator, made anew so that its heartbeat runs on the owner thread. */
final class PlaybackClock {

    private PlaybackClock() {}

    /** Siddhi has checked the annotation before. */
    static TimestampGenerator of(SiddhiAppContext app) {
        TimestampGenerator generator = new TimestampGeneratorImpl(app);
        for (Annotation annotation : app.getSiddhiApp().getAnnotations()) {
            if (!annotation.getName().equalsIgnoreCase("playback")) {
                continue;
            }
            String idle = annotation.getElement("idle.time");
            String increment = annotation.getElement("increment");
            if (idle != null && increment != null) {
                generator.setIdleTime(milliseconds(idle));
                generator.setIncrementInMilliseconds(milliseconds(increment));
            }
        }
        return generator;
    }

    private static long milliseconds(String time) {
        return SiddhiCompiler.parseTimeConstantDefinition(time).value();
    }
}
