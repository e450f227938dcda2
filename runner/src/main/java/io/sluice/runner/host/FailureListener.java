package io.sluice.runner.host;

/** Told of everything that goes wrong inside a hosted app. */
@FunctionalInterface
public interface FailureListener {
    /** Called on the thread where it happened, most often the app's owner thread; must return quickly and must not throw. */
    void failed(Failure failure);
}
