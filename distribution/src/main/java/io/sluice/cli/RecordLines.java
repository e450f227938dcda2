package io.sluice.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into records, one a line, byte for byte: whatever encoding they have is the reader's business. Lines with nothing but blanks are passed over. */
final class RecordLines implements AutoCloseable {

    private final InputStream bytes;
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    /** @param maxBytes the longest line taken, so that a file without line ends does not fill the memory */
    RecordLines(InputStream bytes, int maxBytes) {
        this.bytes = new BufferedInputStream(bytes, 64 << 10);
        this.maxBytes = maxBytes;
    }

    /**
     * The next record without its line end (LF or CR LF), or null at the end.
     *
     * @throws CommandFailure if the line is too long
     */
    byte @Nullable [] next() throws IOException {
        while (readLine()) {
            byte[] record = withoutCarriageReturn(line.toByteArray());
            if (!isBlank(record)) {
                return record;
            }
        }
        return null;
    }

    /** False at the end. */
    private boolean readLine() throws IOException {
        line.reset();
        number++;
        int next = bytes.read();
        boolean atEnd = next < 0;
        while (next >= 0 && next != '\n') {
            if (line.size() == maxBytes) {
                throw new CommandFailure("line " + number + " is longer than " + maxBytes
                        + " bytes: one line is one record. The lines before it are published.");
            }
            line.write(next);
            next = bytes.read();
        }
        return !atEnd;
    }

    private static byte[] withoutCarriageReturn(byte[] record) {
        boolean windows = record.length > 0 && record[record.length - 1] == '\r';
        return windows ? Arrays.copyOf(record, record.length - 1) : record;
    }

    private static boolean isBlank(byte[] record) {
        for (byte each : record) {
            if (each != ' ' && each != '\t') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
