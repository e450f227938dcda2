package io.sluice.runner;

import io.sluice.common.ProblemException;
import io.sluice.runner.admin.AdminError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the folder of apps for callers of the API. A text gets into the folder, as {@code <name>.siddhi} and in one step, only after the app runs; what
 * does not run leaves folder and apps as they were.
 */
final class AppFiles {

    private static final Logger LOG = LoggerFactory.getLogger(AppFiles.class);
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_ .-]{0,199}");

    private final Path folder;
    private final AppCheck check;
    private final AppDeployer deployer;
    private final AppCatalog catalog;

    /** What was saved. */
    record Saved(String name, boolean isNew) {}

    AppFiles(Path folder, AppCheck check, AppDeployer deployer, AppCatalog catalog) {
        this.folder = folder;
        this.check = check;
        this.deployer = deployer;
        this.catalog = catalog;
    }

    /** Adds an app; when it returns the app runs. */
    Saved create(String text) {
        synchronized (deployer) { // file and app change as one: the watch of the folder must not come between
            AppSource source = checked(text);
            if (isTaken(source)) {
                throw new ProblemException(
                                AdminError.APP_EXISTS, "there is an app named '" + source.name() + "' already")
                        .hint("PUT /siddhi-apps replaces it.");
            }
            run(source);
            return new Saved(source.name(), true);
        }
    }

    /** Adds an app or replaces it; when it returns the app runs as the text says. */
    Saved put(String text) {
        synchronized (deployer) {
            AppSource source = checked(text);
            boolean isNew = !isTaken(source);
            run(source);
            return new Saved(source.name(), isNew);
        }
    }

    /** Removes the file, then stops the app. Its checkpoints are kept. */
    void delete(AppCatalog.Entry entry) {
        synchronized (deployer) {
            try {
                Files.deleteIfExists(entry.file());
            } catch (IOException trouble) {
                throw unusable(trouble);
            }
            deployer.undeploy(entry.name());
        }
    }

    private boolean isTaken(AppSource source) {
        return catalog.find(source.name()).isPresent() || Files.exists(source.file());
    }

    private AppSource checked(String text) {
        Optional<String> name = check.nameIn(text);
        if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
            throw new ProblemException(
                            AdminError.APP_INVALID, "the name '" + name.get() + "' cannot be the name of a file")
                    .hint("Use letters, digits, '_', '-', '.' and spaces in @App:name, at most 200.");
        }
        Path fresh = folder.resolve(name.orElse("app") + ".siddhi");
        Path file = name.flatMap(catalog::find).map(AppCatalog.Entry::file).orElse(fresh);
        AppSource source = check.read(file, text);
        if (source.app() == null) {
            throw new ProblemException(AdminError.APP_INVALID, errors(source.findings()))
                    .hint("Each line is line:column: what is wrong; nothing was changed.");
        }
        return source;
    }

    private void run(AppSource source) {
        Path written = null;
        try {
            written = write(source.text());
            DeployResult result = deployer.deploy(source);
            if (!(result instanceof DeployResult.Deployed)) {
                undo(source);
                throw new ProblemException(AdminError.APP_NOT_STARTED, errors(result.findings()))
                        .hint("Nothing was changed; the version before it runs if there was one.");
            }
            Files.move(written, source.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = null;
        } catch (IOException trouble) {
            undo(source);
            throw unusable(trouble);
        } finally {
            remove(written);
        }
    }

    /** The folder says what is to run. */
    private void undo(AppSource source) {
        if (Files.exists(source.file())) {
            deployer.deploy(source.file());
        } else {
            deployer.undeploy(source.file());
        }
    }

    /** Durable, under a hidden name that no look at the folder takes for an app. */
    private Path write(String text) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, ".app-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException full) {
            remove(file);
            throw full;
        }
        return file;
    }

    private static void remove(@Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", left.toString())
                    .log("a temporary file is left in the folder of apps; it is not deployed and can be deleted");
        }
    }

    private ProblemException unusable(IOException trouble) {
        return new ProblemException(
                        AdminError.FOLDER_UNUSABLE, "the folder '" + folder + "' cannot be changed: " + trouble)
                .hint("Make runner.apps writable for the runner, or change the folder by hand.");
    }

    static String errors(List<Finding> findings) {
        return findings.stream()
                .filter(Finding::isError)
                .map(finding -> finding.line() + ":" + finding.column() + ": " + finding.message())
                .collect(Collectors.joining("\n"));
    }
}
