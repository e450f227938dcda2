package io.sluice.siddhi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.config.SiddhiContext;
import io.vertx.core.Vertx;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedResourcesTest {

    private final Vertx vertx = Vertx.vertx();
    private final SharedResources resources =
            new SharedResources(vertx, new SimpleMeterRegistry(), Clock.systemUTC(), SourceHost.DIRECT);

    @AfterEach
    void close() {
        resources.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void closesAThingWhenItsLastHolderLetsGo() {
        Thing thing = new Thing();
        SharedResources.Lease<Thing> first = resources.lease("thing", Thing.class, () -> thing);
        SharedResources.Lease<Thing> second = resources.lease("thing", Thing.class, Thing::new);
        assertThat(second.get()).isSameAs(thing);

        first.close();
        first.close();
        assertThat(thing.closed).isZero();

        second.close();
        assertThat(thing.closed).isEqualTo(1);
    }

    @Test
    void opensAgainAfterTheLastHolderLetGo() {
        resources.lease("thing", Thing.class, Thing::new).close();
        Thing again = new Thing();

        assertThat(resources.lease("thing", Thing.class, () -> again).get()).isSameAs(again);
    }

    @Test
    void keepsNothingOfAnOpeningThatFailed() {
        assertThatThrownBy(() -> resources.lease("thing", Thing.class, () -> {
                    throw new IllegalStateException("port 8025 is in use");
                }))
                .hasMessage("port 8025 is in use");

        assertThat(resources.lease("thing", Thing.class, Thing::new).get().closed)
                .isZero();
    }

    @Test
    void countsNoHolderWhoExpectedAnotherType() {
        Thing thing = new Thing();
        SharedResources.Lease<Thing> lease = resources.lease("thing", Thing.class, () -> thing);
        assertThatThrownBy(() -> resources.lease("thing", OtherThing.class, OtherThing::new))
                .isInstanceOf(ClassCastException.class);

        lease.close();

        assertThat(thing.closed).isEqualTo(1);
    }

    @Test
    void closesWhatIsStillHeldWhenItEnds() {
        Thing thing = new Thing();
        SharedResources.Lease<Thing> lease = resources.lease("thing", Thing.class, () -> thing);

        resources.close();
        lease.close();

        assertThat(thing.closed).isEqualTo(1);
    }

    @Test
    void areMadeOnFirstUseWhereTheHostBroughtNone() {
        SiddhiAppContext app = appOf(new SiddhiContext());

        SharedResources made = SharedResources.of(app);

        assertThat(SharedResources.of(app)).isSameAs(made);
        assertThat(made.host()).isSameAs(SourceHost.DIRECT);
        made.close();
    }

    @Test
    void areTheHostsWhereItBroughtThem() {
        SiddhiContext context = new SiddhiContext();
        context.setAttribute(SharedResources.ATTRIBUTE, resources);

        assertThat(SharedResources.of(appOf(context))).isSameAs(resources);
        assertThat(resources.vertx()).isSameAs(vertx);
    }

    private static SiddhiAppContext appOf(SiddhiContext context) {
        SiddhiAppContext app = new SiddhiAppContext();
        app.setSiddhiContext(context);
        return app;
    }

    private static class Thing implements AutoCloseable {
        private int closed;

        @Override
        public void close() {
            closed++;
        }
    }

    private static final class OtherThing extends Thing {}
}
