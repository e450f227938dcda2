package io.sluice.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One method of {@link JsonMappingBenchmark}, measured by the CPU time of its thread instead of the clock on the wall: on a machine that others use at the
 * same time this is the number that can be repeated. Prints a row of a Markdown table with the best of ten rounds. One method per process, so that none
 * profits or suffers from what the compiler learned of another.
 */
public final class JsonMappingCpuTime {

    private static final int ROUNDS = 10;

    private interface Operation {
        @Nullable
        Object run() throws Exception;
    }

    private JsonMappingCpuTime() {}

    /** Arguments: the method, the kind of event, the operations per round. */
    public static void main(String[] arguments) throws Exception {
        JsonMappingBenchmark benchmark = new JsonMappingBenchmark();
        benchmark.event = arguments[1];
        benchmark.start();
        Blackhole out = new Blackhole(
                "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
        Operation operation = operation(arguments[0], benchmark, out);
        int operations = Integer.parseInt(arguments[2]);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < operations; i++) {
                out.consume(operation.run());
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - begin) / (double) operations);
        }
        System.out.printf(Locale.ROOT, "| %s | %s | %.0f |%n", arguments[1], arguments[0], best);
        benchmark.stop();
    }

    private static Operation operation(String method, JsonMappingBenchmark benchmark, Blackhole out) {
        return switch (method) {
            case "sluiceBytes" -> benchmark::sluiceBytes;
            case "sluiceText" -> benchmark::sluiceText;
            case "siddhiMapJsonText" -> benchmark::siddhiMapJsonText;
            case "jacksonBytes" ->
                () -> {
                    benchmark.jacksonBytes(out);
                    return null;
                };
            case "jacksonText" ->
                () -> {
                    benchmark.jacksonText(out);
                    return null;
                };
            default -> throw new IllegalArgumentException("no method " + method);
        };
    }
}
