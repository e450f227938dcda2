package io.sluice.runner.checkpoint;

import io.sluice.runner.state.Checkpoint;
import io.sluice.runner.state.CheckpointException;
import io.sluice.runner.state.CheckpointFormat;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checkpoints as files, {@code <folder>/<app>/<revision>.checkpoint}, readable by the owner only. A file is written beside, forced to the disk, renamed, and the folder is
 * forced: a crash leaves either the old files or the new one as well.
 */
public final class FileCheckpointStore implements CheckpointStore {

    private static final String SUFFIX = ".checkpoint";
    private static final String UNFINISHED = ".tmp";
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final int keep;

    /**
     * Touches nothing yet.
     *
     * @param folder made when it is needed
     * @param keep checkpoints per app; at least 1
     */
    public FileCheckpointStore(Path folder, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep + " must be at least 1");
        }
        this.folder = folder;
        this.keep = keep;
    }

    @Override
    public synchronized void save(String app, Checkpoint checkpoint) throws CheckpointException {
        Path own = own(app);
        Path target = file(app, checkpoint.revision());
        Path unfinished = own.resolve(checkpoint.revision() + UNFINISHED);
        try {
            boolean fresh = !Files.exists(own);
            Files.createDirectories(own, attributes(own, "rwx------"));
            if (fresh) {
                force(folder);
            }
            write(checkpoint, unfinished);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(own);
            removeOld(own);
        } catch (IOException trouble) {
            throw new CheckpointException("checkpoint '" + target + "' could not be written: " + trouble, trouble);
        }
    }

    @Override
    public List<Entry> list(String app) throws CheckpointException {
        Path own = own(app);
        try {
            List<Entry> entries = new ArrayList<>();
            for (Path file : files(own, SUFFIX)) {
                String name = String.valueOf(file.getFileName());
                String revision = name.substring(0, name.length() - SUFFIX.length());
                entries.add(new Entry(revision, Files.getLastModifiedTime(file).toMillis(), Files.size(file)));
            }
            return List.copyOf(entries);
        } catch (IOException unreadable) {
            throw new CheckpointException("folder '" + own + "' cannot be read: " + unreadable, unreadable);
        }
    }

    @Override
    public Optional<Checkpoint> latest(String app) throws CheckpointException {
        return NewestIntact.of(app, this);
    }

    @Override
    public Checkpoint load(String app, String revision) throws CheckpointException {
        Path file = file(app, revision);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            return CheckpointFormat.read(in);
        } catch (IOException unreadable) {
            throw new CheckpointException("checkpoint '" + file + "' cannot be read: " + unreadable, unreadable);
        } catch (CheckpointException damaged) {
            throw new CheckpointException("checkpoint '" + file + "': " + damaged.getMessage(), damaged);
        }
    }

    @Override
    public synchronized void clear(String app) throws CheckpointException {
        Path own = own(app);
        try {
            for (Path file : files(own, "")) {
                Files.delete(file);
            }
            Files.deleteIfExists(own);
        } catch (IOException trouble) {
            throw new CheckpointException("folder '" + own + "' could not be emptied: " + trouble, trouble);
        }
    }

    private static void write(Checkpoint checkpoint, Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, attributes(file, "rw-------"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            CheckpointFormat.write(checkpoint, out);
            out.flush();
            channel.force(true);
        }
    }

    private void removeOld(Path own) throws IOException {
        List<Path> files = files(own, SUFFIX);
        for (Path old : files.subList(Math.min(keep, files.size()), files.size())) {
            Files.deleteIfExists(old);
        }
        for (Path leftover : files(own, UNFINISHED)) { // of a crash
            Files.deleteIfExists(leftover);
        }
    }

    /** Newest first: revisions are growing numbers. */
    private static List<Path> files(Path own, String suffix) throws IOException {
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(own)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .sorted(Comparator.comparingInt(
                                    (Path file) -> file.toString().length())
                            .thenComparing(Path::toString)
                            .reversed())
                    .toList();
        }
    }

    /** Makes a rename in a folder survive a power cut; Windows has no such thing for folders and does it by itself. */
    private static void force(Path directory) throws IOException {
        if (posix(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return posix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().equals(FileSystems.getDefault())
                && path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private Path file(String app, String revision) throws CheckpointException {
        if (!revision.matches("\\d{1,19}")) {
            throw new CheckpointException("'" + revision + "' is no revision of a checkpoint");
        }
        return own(app).resolve(revision + SUFFIX);
    }

    /** The app's name may hold anything; the folder's must not lead elsewhere. */
    private Path own(String app) {
        return folder.resolve(URLEncoder.encode(app, StandardCharsets.UTF_8).replace(".", "%2E"));
    }
}
