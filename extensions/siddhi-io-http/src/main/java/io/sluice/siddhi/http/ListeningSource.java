package io.sluice.siddhi.http;

import io.siddhi.core.stream.ServiceDeploymentInfo;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the sources that listen have in common. */
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
abstract class ListeningSource extends IntakeSource implements Receiver.Witness {

    private ReceiverOptions options;
    private volatile SharedServer.@Nullable Mount mount;

    ListeningSource(String type) {
        super(type);
    }

    /** The options of the kind, with those that all have. */
    abstract ReceiverOptions read(Options reading, ConfigReader system, Place place);

    /** Whether somebody else answers after the app has processed a request. */
    boolean awaitsReply() {
        return false;
    }

    /** What a request gets that is not answered in time. */
    abstract Reply late(Duration patience);

    @Override
    Intake.Manner read(Options reading, ConfigReader system) {
        options = read(reading, system, place());
        Duration patience = Duration.ofMillis(options.patience());
        return new Intake.Manner(options.maxOpen(), options.workers(), patience, late(patience), awaitsReply());
    }

    @Override
    void open(Intake into) {
        mount = SharedServer.mount(
                resources(),
                options.listen(),
                place(),
                new Receiver(resources().vertx(), options, new Properties(properties()), into, awaitsReply(), this));
    }

    @Override
    void leave() {
        SharedServer.Mount left = mount;
        if (left != null) {
            left.leave();
        }
    }

    @Override
    void closed() {
        SharedServer.Mount left = mount;
        mount = null;
        if (left != null) {
            left.close();
        }
    }

    @Override
    public void accepted(Exchange exchange, Intake into) {
        into.offer(exchange);
    }

    @Override
    public void answered(String id) {
        // nobody else needs to know
    }

    /** The port that clients connect to, also where the option says 0; 0 while not connected. */
    public int port() {
        SharedServer.Mount open = mount;
        return open == null ? 0 : open.port();
    }

    @Override
    protected ServiceDeploymentInfo exposeServiceDeploymentInfo() {
        return new ServiceDeploymentInfo(
                options.listen().port(), options.listen().tls() != null);
    }
}
