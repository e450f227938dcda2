package io.sluice.dataservice;

import io.sluice.dataservice.service.DeployedService;
import io.sluice.dataservice.service.Deployer;
import io.sluice.dataservice.service.ServiceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of one folder.
 *
 * <ol>
 *   <li>At the first look the good resources of a file are served and the bad ones reported.
 *   <li>When a file changes, its new version is served only if all of it is good; until then the last good version is.
 *   <li>A service whose database is down is tried again at every look.
 *   <li>Where two files claim the same name, the first by file name is served.
 * </ol>
 *
 * {@link #look()} is called by one thread at a time; the rest by any.
 */
final class ServiceFolder {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceFolder.class);

    private final Path folder;
    private final Map<String, String> environment;
    private final Deployer deployer;
    private final Map<Path, Known> known = new HashMap<>(); // guarded by this
    private volatile Map<String, DeployedService> services = Map.of(); // by name
    private volatile SortedMap<Path, List<String>> problems = new TreeMap<>();

    /** What is known of a file: its text when it was last looked at, what is served of it, what is wrong with it. */
    private record Known(byte[] text, @Nullable DeployedService served, List<String> problems, boolean again) {}

    ServiceFolder(Path folder, Map<String, String> environment, Deployer deployer) {
        this.folder = folder;
        this.environment = environment;
        this.deployer = deployer;
    }

    /** The service with this name. */
    Optional<DeployedService> find(String name) {
        return Optional.ofNullable(services.get(name));
    }

    /** What is served, by name. */
    Map<String, DeployedService> services() {
        return services;
    }

    /** What is not, by file. */
    SortedMap<Path, List<String>> problems() {
        return problems;
    }

    /**
     * Looks at the folder and takes over what has changed. Blocks.
     *
     * @throws UncheckedIOException if the folder cannot be read
     */
    synchronized void look() {
        List<Path> files = files(folder);
        boolean changed = known.keySet().retainAll(files);
        for (Path file : files) {
            changed |= look(file);
        }
        if (changed) {
            publish(files);
        }
    }

    private boolean look(Path file) {
        byte[] text = read(file);
        Known before = known.get(file);
        boolean same = before != null && Arrays.equals(before.text(), text);
        if (before != null && same && !before.again()) {
            return false;
        }
        DeployedService deployed = deployer.deploy(ServiceSource.read(file, environment));
        List<String> found =
                deployed == null ? ServiceSource.read(file, environment).problems() : deployed.problems();
        boolean again = deployed != null && deployed.databaseIsDown();
        DeployedService last = before == null ? null : before.served();
        boolean keepsLast = last != null && !found.isEmpty() && !last.resourcesAreNone();
        if (before == null || !same || found.size() != before.problems().size()) {
            report(file, found, keepsLast);
        }
        known.put(file, new Known(text, keepsLast ? last : deployed, found, again));
        return true;
    }

    private static void report(Path file, List<String> found, boolean keepsLast) {
        for (String problem : found) {
            LOG.atWarn()
                    .addKeyValue("error", problem)
                    .log(
                            keepsLast
                                    ? "changed service file is not good, its last good version is served"
                                    : "not served");
        }
        if (found.isEmpty()) {
            LOG.atInfo().addKeyValue("file", file).log("service file is served");
        }
    }

    private void publish(List<Path> files) {
        Map<String, DeployedService> byName = new TreeMap<>();
        Map<String, Path> owners = new HashMap<>();
        SortedMap<Path, List<String>> wrong = new TreeMap<>();
        for (Path file : files) {
            Known each = known.get(file);
            if (each == null) {
                continue;
            }
            List<String> found = new ArrayList<>(each.problems());
            DeployedService service = each.served();
            if (service != null) {
                String name = service.file().service();
                Path owner = owners.putIfAbsent(name, file);
                if (owner == null) {
                    byName.put(name, service);
                } else {
                    found.add(clash(file, name, owner));
                }
            }
            if (!found.isEmpty()) {
                wrong.put(file, List.copyOf(found));
            }
        }
        services = Map.copyOf(byName);
        problems = wrong;
    }

    /** The problem of a file whose service has a name that is taken. */
    static String clash(Path file, String name, Path owner) {
        return file + ": service '" + name + "' is already that of " + owner + ". Change one of the two names.";
    }

    /** The {@code *.yaml} and {@code *.yml} of a folder, sorted; none if there is no such folder. */
    static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(ServiceFolder::isServiceFile).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the folder " + folder + " cannot be listed", unreadable);
        }
    }

    private static boolean isServiceFile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            return new byte[0]; // the reader of the file says what is wrong with it
        }
    }
}
