package io.sluice.runner.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A number, a boolean or a null, with its type. */
final class Boxed {

    private Boxed() {}

    static void encode(@Nullable Object value, DataOutputStream out) throws IOException {
        if (value == null) {
            out.writeByte('n');
        } else if (value instanceof Long number) {
            out.writeByte('l');
            out.writeLong(number);
        } else if (value instanceof Integer number) {
            out.writeByte('i');
            out.writeInt(number);
        } else if (value instanceof Double number) {
            out.writeByte('d');
            out.writeDouble(number);
        } else if (value instanceof Float number) {
            out.writeByte('f');
            out.writeFloat(number);
        } else if (value instanceof Boolean truth) {
            out.writeByte('b');
            out.writeBoolean(truth);
        } else if (value instanceof String text) {
            out.writeByte('s');
            out.writeUTF(text);
        } else {
            throw new IOException("a value of " + value.getClass() + " is no number");
        }
    }

    static @Nullable Object decode(DataInputStream in) throws IOException {
        byte type = in.readByte();
        return switch (type) {
            case 'n' -> null;
            case 'l' -> in.readLong();
            case 'i' -> in.readInt();
            case 'd' -> in.readDouble();
            case 'f' -> in.readFloat();
            case 'b' -> in.readBoolean();
            case 's' -> in.readUTF();
            default -> throw new IOException("unknown type of number " + type);
        };
    }
}
