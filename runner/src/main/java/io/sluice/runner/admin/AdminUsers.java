package io.sluice.runner.admin;

import io.sluice.common.Secret;
import io.sluice.runner.AdminConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may log in with Basic. Only digests of the passwords are held; unknown users cost as much time as known ones. Immutable. */
final class AdminUsers {

    /** The user that exists where the configuration names none. */
    static final String GENERATED_USER = "admin";

    private static final int SECRET_BYTES = 24;

    private record User(byte[] password, Set<String> permissions) {}

    private final Map<String, User> users = new HashMap<>();
    private final byte[] nobody = digest("");

    AdminUsers(List<AdminConfig.User> configured) {
        for (AdminConfig.User user : configured) {
            users.put(user.name(), new User(digest(user.password().value()), Set.copyOf(user.permissions())));
        }
    }

    /**
     * Those of the configuration; where it names none, one whose secret is in a file that only the owner reads, made now if it is missing.
     *
     * @param home the secret is in {@code secrets/admin} below it
     * @throws IOException if the file can be neither read nor made
     */
    static AdminUsers of(AdminConfig config, Path home) throws IOException {
        if (!config.users().isEmpty()) {
            return new AdminUsers(config.users());
        }
        Secret secret = new Secret(generated(home));
        return new AdminUsers(
                List.of(new AdminConfig.User(GENERATED_USER, secret, List.of(AdminConfig.VIEW, AdminConfig.MANAGE))));
    }

    /** The user, if name and password are right, else null. */
    @Nullable
    Caller find(String name, String password) {
        User user = users.get(name);
        boolean right = MessageDigest.isEqual(digest(password), user == null ? nobody : user.password());
        return user != null && right ? new Caller(name, user.permissions()) : null;
    }

    private static String generated(Path home) throws IOException {
        Path file = home.resolve("secrets").resolve(GENERATED_USER);
        if (!Files.exists(file)) {
            write(file);
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            throw new IOException(file + " is empty: delete it and start again, or set runner.admin.users");
        }
        return secret;
    }

    private static void write(Path file) throws IOException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        Path folder = file.getParent();
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            if (posix) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        }
        Path fresh = Files.createTempFile(folder, GENERATED_USER, ".new"); // made with mode 0600
        try {
            Files.writeString(fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static byte[] digest(String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException unexpected) {
            throw new IllegalStateException("every Java has SHA-256", unexpected);
        }
    }
}
