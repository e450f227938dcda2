package io.sluice.runner.host;

import io.siddhi.core.util.extension.holder.ExternalReferencedHolder;
import java.util.List;
import java.util.function.Consumer;

/** Part of an app that Siddhi starts itself (a cron window, a cache, an extension with threads). Siddhi swallows why one does not start; this tells. */
final class WatchedHolder implements ExternalReferencedHolder {

    private final ExternalReferencedHolder part;
    private final Consumer<Throwable> failed;

    private WatchedHolder(ExternalReferencedHolder part, Consumer<Throwable> failed) {
        this.part = part;
        this.failed = failed;
    }

    /**
     * Watches all parts of an app; before its start.
     *
     * @param failed gets what a part throws when it is started
     */
    static void watch(List<ExternalReferencedHolder> parts, Consumer<Throwable> failed) {
        parts.replaceAll(part -> new WatchedHolder(part, failed));
    }

    @Override
    public void start() {
        try {
            part.start();
        } catch (RuntimeException | Error thrown) {
            failed.accept(thrown);
            throw thrown;
        }
    }

    @Override
    public void stop() {
        part.stop();
    }

    @Override
    public String toString() {
        return part.toString();
    }
}
