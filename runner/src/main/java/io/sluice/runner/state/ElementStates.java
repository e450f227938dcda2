package io.sluice.runner.state;

import io.siddhi.core.config.SiddhiAppContext;
import io.siddhi.core.util.snapshot.IncrementalSnapshot;
import io.siddhi.core.util.snapshot.SnapshotService;
import io.siddhi.core.util.snapshot.state.StateHolder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of an app register their state while Siddhi builds it; replaces Siddhi's own service, whose snapshots stall under load, lose keys and
 * swallow what they cannot write. An element's id counts the elements of its class within its query, so that it does not depend on the others.
 */
@SuppressWarnings("rawtypes") // Siddhi's signatures
public final class ElementStates extends SnapshotService {

    /** Whose elements: a query of a partition, or of the app where the partition is {@value #NONE}. */
    record Owner(String partition, String query) {
        static final String NONE = "null"; // Siddhi's word for it
        static final Owner APP = new Owner(NONE, NONE);
    }

    private final Map<Owner, Elements> byOwner = new LinkedHashMap<>(); // guarded by this
    private boolean sealed; // guarded by this

    /** For the context of an app that is being built. */
    public ElementStates(SiddhiAppContext app) {
        super(app);
    }

    /** Ends the registration: what on-demand queries make later belongs to no checkpoint. */
    synchronized void seal() {
        sealed = true;
        byOwner.values().forEach(Elements::seal);
    }

    synchronized Map<Owner, Map<String, StateHolder>> all() {
        return new LinkedHashMap<>(byOwner);
    }

    @Override
    public synchronized @Nullable Map<String, StateHolder> getStateHolderMap(String partitionId, String queryName) {
        if (Boolean.TRUE.equals(getSkipStateStorageThreadLocal().get())) {
            return null;
        }
        Owner owner = new Owner(partitionId, queryName);
        Elements known = byOwner.get(owner);
        if (known != null) {
            return known;
        }
        if (sealed) {
            return new HashMap<>();
        }
        Elements made = new Elements();
        byOwner.put(owner, made);
        return made;
    }

    @Override
    public byte[] fullSnapshot() {
        throw notHere();
    }

    @Override
    public IncrementalSnapshot incrementalSnapshot() {
        throw notHere();
    }

    @Override
    public void restore(byte[] snapshot) {
        throw notHere();
    }

    @Override
    public Map<String, Object> queryState(String queryName) {
        throw notHere();
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("the host of the app takes and restores checkpoints");
    }

    /** Ids of elements as Siddhi gives them, {@code 7-class} or {@code name-7} or {@code 7-Scheduler_query_6}, become {@code class#1}. */
    private static final class Elements extends LinkedHashMap<String, StateHolder> {
        private static final long serialVersionUID = 1L;
        private static final String SCHEDULER = "Scheduler_"; // its id has the query's name in it

        private boolean sealed;

        private void seal() {
            sealed = true;
        }

        @Override
        public @Nullable StateHolder put(String id, StateHolder holder) {
            if (sealed) {
                return null;
            }
            String plain = id.replaceFirst("^\\d+-", "").replaceFirst("-\\d+$", "");
            if (plain.startsWith(SCHEDULER)) {
                plain = "Scheduler";
            }
            int number = 1;
            while (containsKey(plain + "#" + number)) {
                number++;
            }
            return super.put(plain + "#" + number, holder);
        }
    }
}
