package io.sluice.runner.host;

import io.siddhi.core.event.Event;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.query.api.SiddhiApp;
import io.siddhi.query.api.definition.TriggerDefinition;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
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

        boolean atStart() {
            return every == 0 && cron == null;
        }
    }

    private final List<Trigger> triggers = new ArrayList<>();

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
     * Fires those {@code at 'start'} and schedules the others. On the owner thread.
     *
     * @param inputs finds the way into a stream
     * @param failed told of what a trigger throws
     */
    void start(Lane lane, Function<String, InputHandler> inputs, Consumer<Throwable> failed) {
        for (Trigger trigger : triggers) {
            if (trigger.atStart()) {
                fire(lane, inputs.apply(trigger.stream()), failed);
            } else {
                scheduleNext(
                        lane,
                        trigger,
                        inputs.apply(trigger.stream()),
                        lane.clock().currentTime(),
                        failed);
            }
        }
    }

    private static void scheduleNext(
            Lane lane, Trigger trigger, InputHandler input, long last, Consumer<Throwable> failed) {
        long next = next(trigger, last);
        if (next == Long.MAX_VALUE) {
            return;
        }
        lane.schedule(new LaneTimer<>(
                lane,
                () -> {
                    scheduleNext(lane, trigger, input, next, failed);
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
