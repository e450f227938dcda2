package io.sluice.runner.host;

import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.definition.TriggerDefinition;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * The triggers of an app ({@code define trigger … at every, at cron, at 'start'}), fired by its owner thread. Siddhi fires them on threads of its own.
 */
public final class Triggers {

    private record Trigger(
            String stream, long every, @Nullable CronExpression cron) {

        /** Name and period: a trigger with another period has no due time from before. */
        String key() {
            return stream + " " + (cron == null ? every : cron.getCronExpression());
        }

        boolean atStart() {
            return every == 0 && cron == null;
        }
    }

    private final List<Trigger> triggers = new ArrayList<>();
    private final Map<String, Long> dues = new HashMap<>(); // owner thread

    /**
     * Looks at the triggers of an app without running them.
     *
     * @throws SiddhiAppCreationException with the trigger's place, if its cron expression is not valid
     */
    public static void check(SiddhiApp app) {
        app.getTriggerDefinitionMap().values().forEach(Triggers::read);
    }

    /**
     * Reads the triggers of an app.
     *
     * @throws SiddhiAppCreationException with the trigger's place, if its cron expression is not valid
     */
    Triggers(SiddhiApp app) {
        for (TriggerDefinition definition : new TreeMap<>(app.getTriggerDefinitionMap()).values()) {
            triggers.add(read(definition));
        }
    }

    /**
     * Fires those {@code at 'start'} and schedules the others. A trigger that was due while the app did not run fires once, at once, and goes on in its
     * phase. On the owner thread.
     *
     * @param before {@link #dues} of an earlier run; empty without one
     * @param inputs finds the way into a stream
     * @param failed told of what a trigger throws
     */
    void start(Lane lane, Map<String, Long> before, Function<String, InputHandler> inputs, Consumer<Throwable> failed) {
        for (Trigger trigger : triggers) {
            if (trigger.atStart()) {
                fire(lane, inputs.apply(trigger.stream()), failed);
            } else {
                long now = lane.clock().currentTime();
                Long due = before.get(trigger.key());
                long next = due == null ? next(trigger, now) : latestMissed(trigger, due, now);
                schedule(lane, trigger, inputs.apply(trigger.stream()), next, failed);
            }
        }
    }

    /** When each periodic trigger is due next, in milliseconds of the lane's clock. On the owner thread, or after its end. */
    Map<String, Long> dues() {
        return Map.copyOf(dues);
    }

    private static long latestMissed(Trigger trigger, long due, long now) {
        long latest = due;
        if (trigger.cron() == null) {
            return due >= now ? due : due + (now - due) / trigger.every() * trigger.every();
        }
        for (long next = next(trigger, latest); next <= now; next = next(trigger, next)) {
            latest = next;
        }
        return latest;
    }

    private void schedule(Lane lane, Trigger trigger, InputHandler input, long next, Consumer<Throwable> failed) {
        if (next == Long.MAX_VALUE) {
            dues.remove(trigger.key());
            return;
        }
        dues.put(trigger.key(), next);
        lane.schedule(new LaneTimer<>(
                lane,
                () -> {
                    schedule(lane, trigger, input, next(trigger, next), failed);
                    fire(lane, input, failed);
                    return true;
                },
                LaneTimer.Place.LAST,
                next,
                0,
                false,
                failed));
    }

    private static long next(Trigger trigger, long last) {
        if (trigger.cron() == null) {
            return last + trigger.every();
        }
        Date next = trigger.cron().getNextValidTimeAfter(new Date(last));
        return next == null ? Long.MAX_VALUE : next.getTime();
    }

    private static void fire(Lane lane, InputHandler input, Consumer<Throwable> failed) {
        long now = lane.clock().currentTime();
        try {
            input.send(new Event(now, new Object[] {now}));
        } catch (InterruptedException stopped) {
            failed.accept(stopped);
        }
    }

    private static Trigger read(TriggerDefinition definition) {
        Long every = definition.getAtEvery();
        if (every != null) {
            return new Trigger(definition.getId(), every, null);
        }
        String at = definition.getAt().trim();
        if (at.equalsIgnoreCase("start")) {
            return new Trigger(definition.getId(), 0, null);
        }
        try {
            return new Trigger(definition.getId(), 0, new CronExpression(at));
        } catch (ParseException invalid) {
            throw new SiddhiAppCreationException(
                    "trigger '" + definition.getId() + "': '" + at + "' is neither 'start' nor a cron expression: "
                            + invalid.getMessage(),
                    invalid,
                    definition.getQueryContextStartIndex(),
                    definition.getQueryContextEndIndex());
        }
    }
}
