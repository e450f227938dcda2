package io.sluice.cli;

import io.sluice.common.Service;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service that can only be made when those before it run, because it needs an address that they find out. */
final class DeferredService implements Service {

    private final String name;
    private final Supplier<Service> maker;
    private @Nullable Service made; // guarded by this

    DeferredService(String name, Supplier<Service> maker) {
        this.name = name;
        this.maker = maker;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() throws Exception {
        Service service = maker.get();
        synchronized (this) {
            made = service;
        }
        service.start();
    }

    @Override
    public void close() {
        Service service;
        synchronized (this) {
            service = made;
        }
        if (service != null) {
            service.close();
        }
    }
}
