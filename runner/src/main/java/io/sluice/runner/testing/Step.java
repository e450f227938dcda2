package io.sluice.runner.testing;

import io.sluice.common.YamlTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** One thing that a case does. Values stay as written until the types of the app are known. */
sealed interface Step {

    /** Where it stands, from 1. */
    int line();

    /**
     * Sends one event into a stream.
     *
     * @param at when, counted from the start of the case; null: now
     */
    record Send(int line, String stream, @Nullable Duration at, Map<String, YamlTree.Node> event) implements Step {}

    /**
     * Gives a payload to the source of a stream, as if it had come from outside.
     *
     * @param properties what the source would add, by the name behind {@code trp:}
     */
    record Receive(int line, String stream, String payload, Map<String, String> properties) implements Step {}

    /** Lets time pass; timers fire on the way, each at its own time. */
    record Advance(int line, Duration by) implements Step {}

    /**
     * Compares what a stream has carried since it was compared last, or what a table, a named window or an on-demand query holds now.
     *
     * @param target a name, or a query that begins with {@code from}
     * @param rows which attributes have which values; attributes that are not named are not compared
     * @param unordered whether the order counts; null: in streams it does, elsewhere not
     * @param tolerance by how much a {@code float} or {@code double} may differ
     */
    record Expect(
            int line,
            String target,
            List<Map<String, YamlTree.Node>> rows,
            @Nullable Boolean unordered,
            OptionalDouble tolerance)
            implements Step {}

    /**
     * Compares what the sinks of a stream have written since then: texts as they are, JSON by what it means.
     *
     * @param sink type of the sink, where a stream has several; null: all of them
     */
    record ExpectPayloads(int line, String stream, @Nullable String sink, List<String> payloads) implements Step {}

    /** Each text is in the message of one failure since then, in this order; there are no others. */
    record ExpectErrors(int line, List<String> texts) implements Step {}
}
