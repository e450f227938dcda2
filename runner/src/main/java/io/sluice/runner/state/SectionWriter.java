package io.sluice.runner.state;

import io.siddhi.core.util.snapshot.SnapshotRequest;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateHolder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of one part of an app, taken in two steps: {@link #collect} copies numbers and serialises objects while the app stands still, {@link #section}
 * encodes the numbers while it runs on. Objects go into one stream per part, since the elements of a query share events.
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // Siddhi's signatures
final class SectionWriter {

    private final LiveSection live;
    private final List<PlainRows> plain = new ArrayList<>();
    private final ByteArrayOutputStream objects = new ByteArrayOutputStream();

    private SectionWriter(LiveSection live) {
        this.live = live;
    }

    /**
     * On the owner thread, between two items.
     *
     * @param packages of the extensions whose objects are known
     * @throws CheckpointException naming the part, the element and the class of a value that cannot be written
     */
    static SectionWriter collect(LiveSection live, List<String> packages) throws CheckpointException {
        SectionWriter writer = new SectionWriter(live);
        SnapshotRequest.requestForFullSnapshot(true);
        try (EngineObjects.Out out = new EngineObjects.Out(writer.objects, packages)) {
            for (Map.Entry<String, StateHolder> element : live.elements().entrySet()) {
                writer.collect(element.getKey(), element.getValue(), out);
            }
            out.writeObject(null);
        } catch (IOException inMemory) {
            throw new CheckpointException(live.label() + ": its state cannot be written: " + inMemory, inMemory);
        } finally {
            SnapshotRequest.requestForFullSnapshot(false);
        }
        return writer;
    }

    /** On any thread. */
    Section section() throws CheckpointException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(objects.size() + 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(plain.size());
            for (PlainRows rows : plain) {
                rows.encode(out);
            }
            objects.writeTo(out);
        } catch (IOException inMemory) {
            throw new CheckpointException(live.label() + ": its state cannot be encoded: " + inMemory, inMemory);
        }
        return new Section(live.key(), live.label(), live.fingerprint(), bytes.toByteArray());
    }

    private void collect(String element, StateHolder holder, EngineObjects.Out out) throws CheckpointException {
        Map<String, Map<String, State>> states = holder.getAllStates();
        try {
            PlainShape shape = shape(states);
            if (shape != null) {
                plain.add(PlainRows.of(element, shape, states));
                return;
            }
            out.writeObject(element);
            for (Map.Entry<String, Map<String, State>> partition : states.entrySet()) {
                for (Map.Entry<String, State> group : partition.getValue().entrySet()) {
                    Map<String, Object> items = StateFixes.read(group.getValue());
                    if (items != null) {
                        out.writeBoolean(true);
                        out.writeObject(partition.getKey());
                        out.writeObject(group.getKey());
                        out.writeObject(new HashMap<>(items));
                    }
                }
            }
            out.writeBoolean(false);
        } catch (NotSerializableException | InvalidClassException refused) {
            String type = refused instanceof InvalidClassException invalid ? invalid.classname : refused.getMessage();
            throw new CheckpointException(
                    live.label() + ", element '" + element + "': a value of class " + type
                            + " cannot be checkpointed; keep it out of windows, patterns and tables, or make the class"
                            + " serialisable",
                    refused);
        } catch (IOException inMemory) {
            throw new CheckpointException(
                    live.label() + ", element '" + element + "': its state cannot be written: " + inMemory, inMemory);
        } finally {
            holder.returnAllStates(states);
        }
    }

    private static @org.jspecify.annotations.Nullable PlainShape shape(Map<String, Map<String, State>> states) {
        for (Map<String, State> byGroup : states.values()) {
            for (State any : byGroup.values()) {
                return PlainShape.of(any.getClass());
            }
        }
        return null;
    }
}
