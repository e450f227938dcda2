package io.sluice.runner.admin;

/** A part of the admin API. */
@FunctionalInterface
public interface RouteGroup {
    /** Adds its routes, once, before the port opens. */
    void addTo(AdminRouter router);
}
