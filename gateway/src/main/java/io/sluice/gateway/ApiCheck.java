package io.sluice.gateway;

import io.sluice.common.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks API files without starting anything. */
public final class ApiCheck {

    private ApiCheck() {}

    /**
     * Checks one API file, or all of a folder, then also for names and paths that are claimed twice.
     *
     * @return one line per problem, {@code file:line: key: what is wrong}; empty if all is fine
     */
    public static List<String> check(Path path) {
        if (Files.isDirectory(path)) {
            return ApiFolder.read(path, System.getenv()).problems().values().stream()
                    .flatMap(List::stream)
                    .toList();
        }
        try {
            ApiFolder.readFile(path, System.getenv());
            return List.of();
        } catch (ConfigException bad) {
            return bad.problems();
        }
    }
}
