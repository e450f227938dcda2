package io.sluice.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds {@code siddhi-apps/}, {@code dataservices/} and {@code apis/} where the configuration names none: next to the home folder, else those of the installation. */
final class Folders {

    private Folders() {}

    /**
     * @param configured the folder of the configuration, or null
     * @param home the home folder
     * @param name the folder's usual name
     */
    static Path find(@Nullable Path configured, Path home, String name) {
        if (configured != null) {
            return configured;
        }
        Path besideHome = home.toAbsolutePath().normalize().resolveSibling(name);
        String installation = System.getProperty("sluice.installation");
        if (Files.isDirectory(besideHome) || installation == null) {
            return besideHome;
        }
        return Path.of(installation, name);
    }
}
