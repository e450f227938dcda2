package io.sluice.runner.host;

import io.siddhi.core.event.ComplexEventChunk;
import io.siddhi.core.util.Schedulable;
import io.siddhi.core.util.Scheduler;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Stands between a Siddhi scheduler and the query it wakes. Siddhi only logs what a query throws on this path (its {@code Scheduler.sendTimerEvents});
 * the guard reports it.
 */
final class TimerGuard implements Schedulable {

    private final Schedulable query;
    private final String name;
    private final BiConsumer<String, Throwable> failed;

    private TimerGuard(Schedulable query, String name, BiConsumer<String, Throwable> failed) {
        this.query = query;
        this.name = name;
        this.failed = failed;
    }

    /**
     * Guards all schedulers of an app; before its start.
     *
     * @param failed gets the query's name and what it threw
     */
    static void guard(List<Scheduler> schedulers, EngineFields engine, BiConsumer<String, Throwable> failed) {
        for (Scheduler scheduler : schedulers) {
            engine.valve(scheduler, new TimerGuard(engine.valveOf(scheduler), engine.queryOf(scheduler), failed));
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // Siddhi's signature
    public void process(ComplexEventChunk chunk) {
        try {
            query.process(chunk);
        } catch (RuntimeException | Error thrown) {
            failed.accept(name, thrown);
        }
    }
}
