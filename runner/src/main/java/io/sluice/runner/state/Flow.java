package io.sluice.runner.state;

import io.siddhi.core.config.SiddhiAppContext;
import org.jspecify.annotations.Nullable;

/** The key for which the engine looks up state: it keeps it with the thread. */
final class Flow {

    /** What is done for a key. */
    @FunctionalInterface
    interface Work {
        void run() throws CheckpointException;
    }

    private Flow() {}

    static void run(@Nullable String partition, @Nullable String group, Work work) throws CheckpointException {
        SiddhiAppContext.startPartitionFlow(partition);
        SiddhiAppContext.startGroupByFlow(group);
        try {
            work.run();
        } finally {
            SiddhiAppContext.stopGroupByFlow();
            SiddhiAppContext.stopPartitionFlow();
        }
    }
}
