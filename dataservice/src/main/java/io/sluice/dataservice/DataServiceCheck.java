package io.sluice.dataservice;

import io.sluice.dataservice.service.ServiceSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks service files without a database: everything but what only the database can say. */
public final class DataServiceCheck {

    private DataServiceCheck() {}

    /**
     * Checks one service file, or all of a folder, then also for names that are claimed twice.
     *
     * @return one line per problem, {@code file:line: key: what is wrong}; empty if all is fine
     */
    public static List<String> check(Path path) {
        List<Path> files = Files.isDirectory(path) ? ServiceFolder.files(path) : List.of(path);
        List<String> problems = new ArrayList<>();
        Map<String, Path> owners = new HashMap<>();
        for (Path file : files) {
            ServiceSource source = ServiceSource.read(file, System.getenv());
            problems.addAll(source.problems());
            String name = source.service() == null ? null : source.service().service();
            Path owner = name == null ? null : owners.putIfAbsent(name, file);
            if (owner != null) {
                problems.add(ServiceFolder.clash(file, String.valueOf(name), owner));
            }
        }
        return List.copyOf(problems);
    }
}
