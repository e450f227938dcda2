package io.sluice.runner.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Partition or group-by keys, one per row; null where the row has none. Keys may hold anything, {@code --} and the word null too. */
final class KeyColumn {

    private static final int NULL = -1;
    private static final int SAME = -2; // as the row before

    private final @Nullable String[] keys;

    KeyColumn(int rows) {
        this.keys = new String[rows];
    }

    int size() {
        return keys.length;
    }

    void set(int row, @Nullable String key) {
        keys[row] = key;
    }

    @Nullable
    String get(int row) {
        return keys[row];
    }

    void encode(DataOutputStream out) throws IOException {
        String before = null;
        for (int row = 0; row < keys.length; row++) {
            String key = keys[row];
            if (key == null) {
                out.writeInt(NULL);
            } else if (key.equals(before)) {
                out.writeInt(SAME);
            } else {
                byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            before = key;
        }
    }

    static KeyColumn decode(DataInputStream in, int rows) throws IOException {
        KeyColumn column = new KeyColumn(rows);
        String before = null;
        for (int row = 0; row < rows; row++) {
            int length = in.readInt();
            String key = null;
            if (length == SAME) {
                key = before;
            } else if (length != NULL) {
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                key = new String(bytes, StandardCharsets.UTF_8);
            }
            column.set(row, key);
            before = key;
        }
        return column;
    }
}
