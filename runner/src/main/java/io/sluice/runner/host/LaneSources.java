package io.sluice.runner.host;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.query.api.execution.query.OnDemandQuery;
import io.sluice.siddhi.kit.BatchScope;
import io.sluice.siddhi.kit.FailureNotes;
import io.sluice.siddhi.kit.PendingOutput;
import io.sluice.siddhi.kit.PositionListener;
import io.sluice.siddhi.kit.SourceHost;
import java.io.IOException;

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

    @Override
    public Event[] query(SiddhiAppContext app, OnDemandQuery query) throws IOException, InterruptedException {
        if (!(app.getSiddhiApp() instanceof HostedApp hosted)) {
            return SourceHost.super.query(app, query);
        }
        try {
            return hosted.host().ask(() -> ask(hosted.host(), query));
        } catch (IOException | InterruptedException | RuntimeException passOn) {
            throw passOn;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** On the owner thread; what the table swallows is thrown. */
    private static Event[] ask(SiddhiHost host, OnDemandQuery query) throws IOException {
        try (FailureNotes.Watch watch = host.failures().watch()) {
            Event[] rows = SourceHost.ask(host.runtime(), query);
            Throwable swallowed = watch.processing();
            if (swallowed != null) {
                throw new IOException("the table did not answer: " + swallowed.getMessage(), swallowed);
            }
            return rows;
        }
    }
}
