package io.sluice.gateway.authorization;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of generated secrets: only its owner may enter it (mode 0700) or read its files (mode 0600), where the file system knows such modes. A
 * file is replaced as a whole or not at all.
 */
final class SecretFolder {

    private static final Logger LOG = LoggerFactory.getLogger(SecretFolder.class);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    private SecretFolder(Path folder) {
        this.folder = folder;
    }

    /** Opens {@code <home>/secrets}, made if it is missing. */
    static SecretFolder open(Path home) throws IOException {
        Path folder = home.resolve("secrets");
        try {
            Files.createDirectories(folder);
            restrict(folder, OWNER_ONLY_FOLDER);
        } catch (FileSystemException refused) {
            throw new IOException(
                    "cannot make the folder of secrets '" + folder.toAbsolutePath()
                            + "': check that its parent may be written, or choose another with --home",
                    refused);
        }
        return new SecretFolder(folder);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    boolean has(String name) {
        return Files.exists(path(name));
    }

    /** The text of the file, or null when there is none. */
    @Nullable
    String read(String name) throws IOException {
        Path file = path(name);
        if (!Files.exists(file)) {
            return null;
        }
        if (restrict(file, OWNER_ONLY)) {
            LOG.atWarn().addKeyValue("file", file).log("secret file could be read by others, its mode is 0600 now");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    void write(String name, String text) throws IOException {
        Path fresh = Files.createTempFile(folder, name, ".new"); // made with mode 0600
        try {
            restrict(fresh, OWNER_ONLY);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, path(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Whether the mode had to be changed. */
    private static boolean restrict(Path path, Set<PosixFilePermission> mode) throws IOException {
        if (!Files.getFileStore(path).supportsFileAttributeView("posix")
                || Files.getPosixFilePermissions(path).equals(mode)) {
            return false;
        }
        Files.setPosixFilePermissions(path, mode);
        return true;
    }
}
