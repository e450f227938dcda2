package io.sluice.runner.host;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.output.StreamCallback;
import io.siddhi.query.compiler.SiddhiCompiler;
import io.sluice.runner.checkpoint.Checkpoints;
import io.sluice.runner.checkpoint.FileCheckpointStore;
import io.sluice.siddhi.kit.SharedResources;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The process that {@link KillIT} kills: sums a sequence by key, and once more through a time window, and writes what came of it when it is through. */
public final class KilledApp {

    static final int KEYS = 1_000;

    private KilledApp() {}

    /** Arguments: folder of the checkpoints, events in the sequence, file for the result. */
    public static void main(String[] arguments) throws Exception {
        Path result = Path.of(arguments[2]);
        long total = Long.parseLong(arguments[1]);
        SiddhiManager manager = new SiddhiManager();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        manager.setAttribute(
                SharedResources.ATTRIBUTE,
                new SharedResources(Vertx.vertx(), meters, Clock.systemUTC(), new LaneSources()));
        manager.setExtension("source:sequence", SequenceSource.class);
        Checkpoints checkpoints = new Checkpoints(
                new FileCheckpointStore(Path.of(arguments[0]), 3),
                Duration.ofMillis(100),
                InstantSource.system(),
                meters);
        List<Failure> failures = new CopyOnWriteArrayList<>();
        List<String> rows = new CopyOnWriteArrayList<>();
        SiddhiHost host = checkpoints.start("killed", durability -> {
            SiddhiHost built = SiddhiHost.create(
                    manager,
                    SiddhiCompiler.parse(text(total)),
                    "killed",
                    new SiddhiHost.Environment(
                            new HostLimits(64, 4), InstantSource.system(), meters, failures::add, durability));
            built.addCallback("Result", new StreamCallback() {
                @Override
                public void receive(Event[] events) {
                    for (Event event : events) {
                        rows.add(event.getData(0) + " " + event.getData(1) + " " + event.getData(2));
                    }
                }
            });
            return built;
        });
        while (!isThrough(rows, host, total)) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        List<String> lines = new ArrayList<>(rows);
        failures.forEach(failure -> lines.add("failure " + failure));
        Files.write(result, lines);
        Runtime.getRuntime().halt(0);
    }

    /** Asks the tables; through when the last window has closed. */
    private static boolean isThrough(List<String> rows, SiddhiHost host, long total) throws InterruptedException {
        rows.clear();
        host.input("Ask").send(new Object[] {true});
        return rows.contains("windows " + total + " 0");
    }

    private static String text(long total) {
        return "@App:name('killed') @source(type='sequence', total='" + total + "', keys='" + KEYS + "')"
                + " define stream In (k string, v long); define stream Ask (now bool);"
                + " define stream Result (k string, s long, c long);"
                + " @PrimaryKey('k') define table Totals (k string, s long, c long);"
                + " @PrimaryKey('k') define table Windows (k string, s long, c long);"
                + " from In select k, sum(v) as s, count() as c group by k"
                + "   update or insert into Totals set Totals.s = s, Totals.c = c on Totals.k == k;"
                + " from In#window.timeBatch(50 milliseconds) select count() as n insert into Batches;"
                + " from Batches select 'windows' as k, sum(n) as s, 0L as c"
                + "   update or insert into Windows set Windows.s = s, Windows.c = c on Windows.k == k;"
                + " from Ask join Totals select Totals.k as k, Totals.s as s, Totals.c as c insert into Result;"
                + " from Ask join Windows select Windows.k as k, Windows.s as s, Windows.c as c insert into Result;";
    }
}
