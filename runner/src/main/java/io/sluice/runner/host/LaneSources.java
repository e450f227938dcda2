package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SourceHost;

/** Leads each source to the owner thread of its own app; an app that is not hosted gets {@link SourceHost#DIRECT}. */
public final class LaneSources implements SourceHost {

    @Override
    public BatchScope open(SiddhiAppContext app, String streamId, PositionListener listener) {
        return app.getSiddhiApp() instanceof HostedApp hosted
                ? hosted.host().open(streamId, listener)
                : SourceHost.DIRECT.open(app, streamId, listener);
    }

    @Override
    public void await(SiddhiAppContext app, PendingOutput sink) {
        if (app.getSiddhiApp() instanceof HostedApp hosted) {
            hosted.host().await(sink);
        }
    }
}
