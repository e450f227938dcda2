package io.sluice.cli;

import io.sluice.common.Service;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Lets one process of each role at a time use a home folder. Each role claims its own bytes of one lock file, {@code home/.lock}. */
final class HomeLock implements Service {

    private final Path home;
    private final Role role;
    private @Nullable FileChannel channel;

    HomeLock(Path home, Role role) {
        this.home = home;
        this.role = role;
    }

    @Override
    public String name() {
        return "home";
    }

    @Override
    public void start() throws IOException {
        Path file = home.resolve(".lock");
        try {
            createForOwnerAlone();
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException unwritable) {
            throw new IOException("cannot write to " + home + ": name a writable folder with --home DIR", unwritable);
        }
        if (!locked(channel)) {
            channel.close();
            channel = null; // not ours: the holder's run file must not be deleted by close()
            throw new IOException("another Sluice uses " + home + ": stop it, or name another folder with --home DIR");
        }
    }

    /** Records, failed events and secrets live here: a new home is nobody else's business. One that exists keeps its mode. */
    private void createForOwnerAlone() throws IOException {
        if (Files.isDirectory(home)) {
            return;
        }
        Files.createDirectories(home.resolveSibling("."));
        if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(home);
        }
    }

    private boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(role.lockFrom(), role.lockLength(), false);
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        if (channel != null && channel.isOpen()) {
            try {
                RunFile.delete(home, role); // only the holder of the lock may
                channel.close();
            } catch (IOException trouble) {
                throw new IllegalStateException("cannot release the lock of " + home, trouble);
            }
        }
    }
}
