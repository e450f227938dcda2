package io.sluice.siddhi.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the same brokers to every test class of a run, and closes them at its end: starting one costs seconds. Each test has topics and groups of its
 * own, and starts the brokers again that another may have stopped.
 */
final class SharedClusters implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TwoClusters.class || type == TestBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.create(getClass()));
        boolean both = parameter.getParameter().getType() == TwoClusters.class;
        TestBroker east = broker(store, "east");
        return both ? new TwoClusters(east, broker(store, "west")) : east;
    }

    private static TestBroker broker(ExtensionContext.Store store, String name) {
        TestBroker broker = store.getOrComputeIfAbsent(name, key -> open(), TestBroker.class);
        try {
            broker.start();
            return broker;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static TestBroker open() {
        try {
            return new TestBroker();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
