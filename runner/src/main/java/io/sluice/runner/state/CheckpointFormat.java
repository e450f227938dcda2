package io.sluice.runner.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A checkpoint as bytes: the mark {@code SLUICECP}, the format's number, the header, the sections, and the CRC32C of all before. Big-endian; texts are UTF-8
 * behind their length.
 */
public final class CheckpointFormat {

    private static final byte[] MARK = "SLUICECP".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;

    private CheckpointFormat() {}

    /** Writes a checkpoint; flushes and does not close. */
    public static void write(Checkpoint checkpoint, OutputStream to) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(to, new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.write(MARK);
        out.writeInt(FORMAT);
        write(checkpoint.header(), out);
        out.writeInt(checkpoint.sections().size());
        for (Section section : checkpoint.sections()) {
            text(section.key(), out);
            text(section.label(), out);
            text(section.fingerprint(), out);
            out.writeInt(section.content().length);
            out.write(section.content());
        }
        out.flush();
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    /**
     * Reads a whole checkpoint.
     *
     * @throws CheckpointException if it is damaged, cut off, or of another format
     */
    public static Checkpoint read(InputStream from) throws IOException, CheckpointException {
        CheckedInputStream checked = new CheckedInputStream(from, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        try {
            CheckpointHeader header = header(in);
            List<Section> sections = new ArrayList<>();
            int count = in.readInt();
            for (int index = 0; index < count; index++) {
                sections.add(new Section(text(in), text(in), text(in), bytes(in)));
            }
            long expected = checked.getChecksum().getValue();
            if (in.readLong() != expected) {
                throw new CheckpointException("its checksum is wrong: it is damaged");
            }
            return new Checkpoint(header, sections);
        } catch (EOFException cut) {
            throw new CheckpointException("it is cut off", cut);
        }
    }

    /**
     * Reads the header alone; damage behind it is not seen.
     *
     * @throws CheckpointException if it is cut off, or of another format
     */
    public static CheckpointHeader readHeader(InputStream from) throws IOException, CheckpointException {
        try {
            return header(new DataInputStream(from));
        } catch (EOFException cut) {
            throw new CheckpointException("it is cut off", cut);
        }
    }

    private static void write(CheckpointHeader header, DataOutputStream out) throws IOException {
        text(header.app(), out);
        text(header.revision(), out);
        out.writeLong(header.takenAt());
        out.writeLong(header.clock());
        text(header.engine(), out);
        text(header.fingerprint(), out);
        out.writeInt(header.triggers().size());
        for (Map.Entry<String, Long> trigger : header.triggers().entrySet()) {
            text(trigger.getKey(), out);
            out.writeLong(trigger.getValue());
        }
        out.writeInt(header.positions().size());
        for (Map.Entry<String, String> position : header.positions().entrySet()) {
            text(position.getKey(), out);
            text(position.getValue(), out);
        }
    }

    private static CheckpointHeader header(DataInputStream in) throws IOException, CheckpointException {
        byte[] mark = new byte[MARK.length];
        in.readFully(mark);
        int format = in.readInt();
        if (!Arrays.equals(mark, MARK) || format != FORMAT) {
            throw new CheckpointException("it is no checkpoint of format " + FORMAT);
        }
        String app = text(in);
        String revision = text(in);
        long takenAt = in.readLong();
        long clock = in.readLong();
        String engine = text(in);
        String fingerprint = text(in);
        Map<String, Long> triggers = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            triggers.put(text(in), in.readLong());
        }
        Map<String, String> positions = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            positions.put(text(in), text(in));
        }
        return new CheckpointHeader(app, revision, takenAt, clock, engine, fingerprint, triggers, positions);
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException, CheckpointException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    /** Reads in pieces: a damaged length must not ask for memory that the bytes behind it do not fill. */
    private static byte[] bytes(DataInputStream in) throws IOException, CheckpointException {
        int length = in.readInt();
        if (length < 0) {
            throw new CheckpointException("a length in it is negative: it is damaged");
        }
        byte[] read = in.readNBytes(length);
        if (read.length < length) {
            throw new EOFException();
        }
        return read;
    }
}
