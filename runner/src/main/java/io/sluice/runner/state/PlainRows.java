package io.sluice.runner.state;

import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateHolder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The states of one element whose class has a {@link PlainShape}, as columns: copied while the app stands still, encoded while it runs on. */
record PlainRows(
        String element, String shape, KeyColumn partitions, KeyColumn groups, long[][] numbers, Object[][] objects) {

    /** Copies all states of an element. */
    static PlainRows of(String element, PlainShape shape, Map<String, Map<String, State>> states) {
        int rows = 0;
        for (Map<String, State> byGroup : states.values()) {
            rows += byGroup.size();
        }
        KeyColumn partitions = new KeyColumn(rows);
        KeyColumn groups = new KeyColumn(rows);
        long[][] numbers = new long[shape.numbers()][rows];
        Object[][] objects = new Object[shape.objects()][rows];
        int at = 0;
        for (Map.Entry<String, Map<String, State>> partition : states.entrySet()) {
            for (Map.Entry<String, State> group : partition.getValue().entrySet()) {
                partitions.set(at, partition.getKey());
                groups.set(at, group.getKey());
                shape.read(group.getValue(), numbers, objects, at);
                at++;
            }
        }
        return new PlainRows(element, shape.text(), partitions, groups, numbers, objects);
    }

    int rows() {
        return groups.size();
    }

    void encode(DataOutputStream out) throws IOException {
        out.writeUTF(element);
        out.writeUTF(shape);
        out.writeInt(rows());
        partitions.encode(out);
        groups.encode(out);
        out.writeByte(numbers.length);
        for (long[] column : numbers) {
            for (long value : column) {
                out.writeLong(value);
            }
        }
        out.writeByte(objects.length);
        for (Object[] column : objects) {
            for (Object value : column) {
                Boxed.encode(value, out);
            }
        }
    }

    static PlainRows decode(DataInputStream in) throws IOException {
        String element = in.readUTF();
        String shape = in.readUTF();
        int rows = in.readInt();
        KeyColumn partitions = KeyColumn.decode(in, rows);
        KeyColumn groups = KeyColumn.decode(in, rows);
        long[][] numbers = new long[in.readByte()][rows];
        for (long[] column : numbers) {
            for (int at = 0; at < rows; at++) {
                column[at] = in.readLong();
            }
        }
        Object[][] objects = new Object[in.readByte()][rows];
        for (Object[] column : objects) {
            for (int at = 0; at < rows; at++) {
                column[at] = Boxed.decode(in);
            }
        }
        return new PlainRows(element, shape, partitions, groups, numbers, objects);
    }

    /** Puts all rows into an element of the running app, which has none. */
    @SuppressWarnings({"rawtypes", "unchecked"}) // Siddhi's signature
    void restore(StateHolder holder) throws CheckpointException {
        Map<Class<?>, PlainShape> shapes = new HashMap<>();
        for (int at = 0; at < rows(); at++) {
            int row = at;
            Flow.run(partitions.get(at), groups.get(at), () -> {
                State state = holder.getState();
                try {
                    PlainShape known = shapes.get(state.getClass());
                    if (known == null) {
                        known = sameShape(state);
                        shapes.put(state.getClass(), known);
                    }
                    known.write(state, numbers, objects, row);
                } finally {
                    holder.returnState(state);
                }
            });
        }
    }

    private PlainShape sameShape(State state) throws CheckpointException {
        PlainShape known = PlainShape.of(state.getClass());
        if (known == null || !known.text().equals(shape)) {
            throw new CheckpointException("element '" + element + "' has other fields than before");
        }
        return known;
    }
}
