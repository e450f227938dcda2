package io.sluice.runner.host;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.stream.input.source.Source;
import io.siddhi.core.stream.input.source.SourceEventListener;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.core.util.transport.OptionHolder;
import org.jspecify.annotations.Nullable;

/**
 * The hidden first source of a hosted app. Siddhi creates it before any other element, with the app's context in hand: the moment at which the host
 * can put its own clock and timer service in place (Siddhi's {@code SiddhiAppParser} sets its own just before it defines the streams).
 */
@Extension(
        namespace = "source",
        name = "lane",
        description = "Internal to the host; never receives an event.",
        examples = @Example(syntax = "@source(type='lane')", description = "Added by the host."))
public final class LaneHook extends Source<State> {

    static final String TYPE = "lane";

    @Override
    public @Nullable StateFactory<State> init(
            SourceEventListener listener,
            OptionHolder options,
            String[] properties,
            ConfigReader config,
            SiddhiAppContext context) {
        if (context.getSiddhiApp() instanceof HostedApp hosted) {
            hosted.entered(context);
        }
        return null;
    }

    @Override
    public Class<?>[] getOutputEventClasses() {
        return new Class<?>[] {Event.class};
    }

    @Override
    public void connect(ConnectionCallback callback, State state) {
        // there is nothing to connect to
    }

    @Override
    public void disconnect() {
        // there is nothing to disconnect from
    }

    @Override
    public void destroy() {
        // holds nothing
    }

    @Override
    public void pause() {
        // never sends
    }

    @Override
    public void resume() {
        // never sends
    }

    @Override
    protected @Nullable ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return null;
    }
}
