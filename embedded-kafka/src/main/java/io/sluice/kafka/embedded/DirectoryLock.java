package io.sluice.kafka.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second broker, of this process or of another, away from a data directory. Kafka has a lock of its own, but takes it only after its metadata log is
 * open: a second broker has then already written into the first one's log, and both may hang at their stop.
 */
final class DirectoryLock implements AutoCloseable {

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws IOException if another broker holds it, or the file cannot be opened
     */
    static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(".in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // told below, as for another process
        }
        channel.close();
        throw new IOException("another broker runs on it");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
