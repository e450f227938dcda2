package io.sluice.runner.errors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that only grows to a limit: then it becomes {@code name.1}, the one before {@code name.2}, and the oldest is deleted. Made with mode
 * 0600. Not thread-safe.
 */
final class RotatingFile implements AutoCloseable {

    private final Path path;
    private final long maxBytes;
    private final int maxFiles;
    private @Nullable FileChannel channel;

    RotatingFile(Path path, long maxBytes, int maxFiles) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    /**
     * Appends one line, whole, and hands it to the operating system.
     *
     * @return lines that were deleted to make room
     */
    long append(byte[] line) throws IOException {
        FileChannel out = open();
        long discarded = 0;
        if (out.size() > 0 && out.size() + line.length > maxBytes) {
            out.close();
            discarded = rotate();
            out = open();
        }
        ByteBuffer rest = ByteBuffer.wrap(line);
        while (rest.hasRemaining()) {
            out.write(rest);
        }
        return discarded;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private FileChannel open() throws IOException {
        FileChannel present = channel;
        if (present != null && present.isOpen()) {
            return present;
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        makePrivate();
        FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        channel = opened;
        return opened;
    }

    private void makePrivate() throws IOException {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException fromBefore) {
            if (!Files.isRegularFile(path)) {
                throw fromBefore;
            }
        }
    }

    private long rotate() throws IOException {
        Path oldest = numbered(maxFiles - 1);
        long discarded = 0;
        if (Files.exists(oldest)) {
            try (Stream<String> lines = Files.lines(oldest)) {
                discarded = lines.count();
            }
        }
        for (int number = maxFiles - 2; number >= 0; number--) {
            Path from = numbered(number);
            if (Files.exists(from)) {
                Files.move(from, numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return discarded;
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }
}
