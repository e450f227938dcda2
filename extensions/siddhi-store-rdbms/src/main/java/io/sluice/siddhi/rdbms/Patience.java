package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.ConnectionUnavailableException;
import io.siddhi.core.exception.SiddhiAppRuntimeException;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats work while the database is away: pauses of 0.1 s, doubled up to 5 s, {@link #LIMIT} in all. For functions; tables are repeated by Siddhi. The
 * calling thread waits, which is the back-pressure.
 */
final class Patience {

    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 5_000;

    /** Work that may find the database away. */
    interface Work<T> {
        T run() throws ConnectionUnavailableException;
    }

    private final long limitMillis;
    private final LongConsumer pause;

    /** @param pause waits so many milliseconds */
    Patience(Duration limit, LongConsumer pause) {
        this.limitMillis = limit.toMillis();
        this.pause = pause;
    }

    static Patience real() {
        return new Patience(LIMIT, Patience::sleep);
    }

    <T> T repeat(Work<T> work) {
        long waited = 0;
        long next = FIRST_PAUSE;
        while (true) {
            try {
                return work.run();
            } catch (ConnectionUnavailableException away) {
                if (waited >= limitMillis) {
                    throw new SiddhiAppRuntimeException(
                            away.getMessage() + "; gave up after " + Duration.ofMillis(waited), away);
                }
                LOG.atWarn().addKeyValue("retryIn", Duration.ofMillis(next)).log(away.getMessage());
                pause.accept(next);
                waited += next;
                next = Math.min(LONGEST_PAUSE, next * 2);
            }
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new SiddhiAppRuntimeException("stopped while it waited for the database", stopping);
        }
    }
}
