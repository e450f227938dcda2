package io.sluice.runner.state;

import io.siddhi.core.util.snapshot.state.Snapshot;
import io.siddhi.core.util.snapshot.state.SnapshotStateList;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateHolder;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the state of one part back into an app that was just started. Reading comes first and changes nothing, so that what cannot be read leaves the part as it is. */
@SuppressWarnings({"rawtypes", "unchecked"}) // Siddhi's signatures
final class SectionReader {

    private record Row(
            String element,
            @Nullable String partition,
            @Nullable String group,
            Map<String, Object> items) {}

    private final LiveSection live;
    private final List<PlainRows> plain = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    private SectionReader(LiveSection live) {
        this.live = live;
    }

    /** @throws CheckpointException if the section cannot be read, or is about elements that the part does not have */
    static SectionReader read(Section section, LiveSection live, ClassLoader loader, List<String> packages)
            throws CheckpointException {
        SectionReader reader = new SectionReader(live);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(section.content()))) {
            int elements = in.readInt();
            for (int index = 0; index < elements; index++) {
                PlainRows read = PlainRows.decode(in);
                reader.require(read.element());
                reader.plain.add(read);
            }
            reader.readObjects(new EngineObjects.In(in, loader, packages));
        } catch (IOException | ClassNotFoundException | RuntimeException unreadable) {
            throw new CheckpointException("its state cannot be read: " + unreadable, unreadable);
        }
        return reader;
    }

    /** Replaces the state of the part. On the owner thread, before any event and any timer. */
    void restore() throws CheckpointException {
        for (StateHolder holder : live.elements().values()) {
            clear(holder);
        }
        for (PlainRows read : plain) {
            read.restore(require(read.element()));
        }
        for (Row row : rows) {
            StateHolder holder = require(row.element());
            Flow.run(row.partition(), row.group(), () -> {
                State state = holder.getState();
                try {
                    StateFixes.restore(state, row.items());
                } finally {
                    holder.returnState(state);
                }
            });
        }
    }

    private void readObjects(EngineObjects.In in) throws IOException, ClassNotFoundException, CheckpointException {
        for (Object element = in.readObject(); element != null; element = in.readObject()) {
            require((String) element);
            while (in.readBoolean()) {
                String partition = (String) in.readObject();
                String group = (String) in.readObject();
                Map<String, Object> items = new HashMap<>();
                ((Map<String, Object>) in.readObject()).forEach((item, value) -> items.put(item, wrapped(value)));
                rows.add(new Row((String) element, partition, group, items));
            }
        }
    }

    /** A queue's snapshot is restored from a list of snapshots, of which the full one is the only one here. */
    private static Object wrapped(Object value) {
        if (value instanceof Snapshot snapshot) {
            SnapshotStateList list = new SnapshotStateList();
            list.putSnapshotState(0L, snapshot);
            return list;
        }
        return value;
    }

    private StateHolder require(String element) throws CheckpointException {
        StateHolder holder = live.elements().get(element);
        if (holder == null) {
            throw new CheckpointException("it has no element '" + element + "' any more");
        }
        return holder;
    }

    private static void clear(StateHolder holder) throws CheckpointException {
        Map<String, Map<String, State>> states = holder.getAllStates();
        List<String> partitions = new ArrayList<>(states.keySet());
        states.values().forEach(byGroup -> byGroup.values().forEach(StateFixes::replaced));
        holder.returnAllStates(states);
        for (String partition : partitions) {
            Flow.run(partition, null, holder::cleanGroupByStates);
        }
    }
}
