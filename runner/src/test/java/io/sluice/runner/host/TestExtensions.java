package io.sluice.runner.host;

import io.siddhi.core.SiddhiManager;

/** The extensions that exist for tests only. */
public final class TestExtensions {

    private TestExtensions() {}

    /** Makes them known to a manager. */
    public static void addTo(SiddhiManager manager) {
        manager.setExtension("source:push", PushSource.class);
        manager.setExtension("sink:gate", GateSink.class);
        manager.setExtension("sink:later", LaterSink.class);
        manager.setExtension("test:boom", BoomFunction.class);
    }
}
