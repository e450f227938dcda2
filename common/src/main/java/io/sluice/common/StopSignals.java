package io.sluice.common;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes SIGTERM and SIGINT away from the JVM while a {@link Launcher} runs, so that the process ends by {@code System.exit} with our own exit code
 * instead of 143, log files stay open until everything is closed, and a second Ctrl-C is noticed (the JVM ignores it once its shutdown hooks
 * run). A shutdown hook does the same for an end that is none of these signals: {@code System.exit} from elsewhere, SIGHUP; the exit code is then
 * theirs.
 */
final class StopSignals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    /** What a shell reports for a process that Ctrl-C ended. */
    private static final int EXIT_INTERRUPTED = 130;

    private final Thread hook;
    private final Map<String, Object> before = new LinkedHashMap<>();
    private final AtomicInteger interrupts = new AtomicInteger();

    /**
     * @param stop asks for the stop; must return at once
     * @param stopAndWait the same, and returns when everything is closed or the deadline is over
     */
    StopSignals(Runnable stop, Runnable stopAndWait) {
        hook = new Thread(stopAndWait, "sluice-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        take("TERM", stop);
        take("INT", () -> {
            if (interrupts.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(EXIT_INTERRUPTED);
            }
            stop.run();
        });
    }

    private void take(String signal, Runnable reaction) {
        InvocationHandler onSignal = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                reaction.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "on " + signal;
        };
        try {
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, onSignal);
            before.put(signal, handle(signal, handler));
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            LOG.atDebug()
                    .addKeyValue("signal", signal)
                    .setCause(unavailable)
                    .log("signal is left to the shutdown hook");
        }
    }

    /** By reflection: the class is exported by jdk.unsupported, but naming it is a compiler warning that nothing turns off. */
    private static Object handle(String signal, Object handler) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object named = signalType.getConstructor(String.class).newInstance(signal);
        return signalType.getMethod("handle", signalType, handlerType).invoke(null, named, handler);
    }

    /** Gives the signals back. */
    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            try {
                handle(signal, handler);
            } catch (ReflectiveOperationException unexpected) {
                throw new IllegalStateException("signal " + signal + " could not be given back", unexpected);
            }
        });
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            LOG.atDebug().log("the process is already ending");
        }
    }
}
