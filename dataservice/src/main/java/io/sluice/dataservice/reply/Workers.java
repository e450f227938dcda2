package io.sluice.dataservice.reply;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that wait for databases: one pool for pages and writes, another for exports. Bounded; when full, work is refused. */
public final class Workers implements AutoCloseable {

    private final ThreadPoolExecutor pages;
    private final ThreadPoolExecutor exports;

    /**
     * @param pageThreads threads for pages and writes
     * @param exportThreads threads for exports
     * @param queue requests that may wait, of each kind
     */
    public Workers(int pageThreads, int exportThreads, int queue, MeterRegistry meters) {
        pages = pool("page", pageThreads, queue);
        exports = pool("export", exportThreads, queue);
        gauge(meters, "page", pages);
        gauge(meters, "export", exports);
    }

    private static ThreadPoolExecutor pool(String kind, int threads, int queue) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), work -> {
                    Thread thread = new Thread(work, "dataservice-" + kind + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static void gauge(MeterRegistry meters, String kind, ThreadPoolExecutor pool) {
        Gauge.builder(
                        "dataservice.requests.waiting",
                        pool,
                        each -> each.getQueue().size())
                .tag("kind", kind)
                .description("Requests that wait for a thread")
                .register(meters);
        Gauge.builder("dataservice.requests.working", pool, ThreadPoolExecutor::getActiveCount)
                .tag("kind", kind)
                .description("Requests that a thread works on")
                .register(meters);
    }

    /** Hands work to a thread; false if as much waits as may. */
    public boolean submit(boolean export, Runnable work) {
        try {
            (export ? exports : pages).execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    /** Takes no more work, lets running work end for a while, then interrupts it. */
    public void close(Duration patience) {
        pages.shutdown();
        exports.shutdown();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            boolean ended = pages.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)
                    && exports.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!ended) {
                pages.shutdownNow();
                exports.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            pages.shutdownNow();
            exports.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}
