package io.sluice.gateway;

import io.sluice.common.ConfigException;
import io.sluice.common.ConfigFile;
import io.sluice.gateway.api.Api;
import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.api.StreamingApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The API files of one folder: those that can be served and the problems of the others. A bad file never keeps a good one from being served. Where
 * two files claim the same name or path, the first by file name is served and the other is a problem that names both.
 *
 * @param apis what can be served, by file
 * @param problems what cannot, by file; each line ready to print, with file and line where known
 */
public record ApiFolder(SortedMap<Path, Api> apis, SortedMap<Path, List<String>> problems) {

    /**
     * Reads every {@code *.yaml} and {@code *.yml} of the folder, not of folders in it; names that begin with a dot are skipped.
     *
     * @param folder a folder; one that does not exist holds no APIs
     * @param environment for {@code ${NAME}} in the files
     * @throws UncheckedIOException if the folder cannot be listed
     */
    public static ApiFolder read(Path folder, Map<String, String> environment) {
        SortedMap<Path, Api> apis = new TreeMap<>();
        SortedMap<Path, List<String>> problems = new TreeMap<>();
        Map<String, Path> taken = new HashMap<>();
        for (Path file : files(folder)) {
            try {
                Api api = readFile(file, environment);
                List<String> clashes = clashes(file, api, taken);
                if (clashes.isEmpty()) {
                    apis.put(file, api);
                } else {
                    problems.put(file, clashes);
                }
            } catch (ConfigException bad) {
                problems.put(file, bad.problems());
            }
        }
        return new ApiFolder(apis, problems);
    }

    /**
     * Reads one file; the scheme of its upstream says of which kind it is.
     *
     * @throws ConfigException with every problem of the file
     */
    public static Api readFile(Path file, Map<String, String> environment) {
        boolean rest = ConfigFile.peek(file, "upstream", environment)
                .filter(text -> Api.REST_SCHEMES.contains(text.split(":", 2)[0]))
                .isPresent();
        return rest
                ? ConfigFile.read(file, RestApi.class, environment)
                : ConfigFile.read(file, StreamingApi.class, environment);
    }

    /** The API with this name, if it can be served. */
    public Optional<Api> find(String name) {
        return apis.values().stream().filter(api -> api.name().equals(name)).findFirst();
    }

    private static List<String> clashes(Path file, Api api, Map<String, Path> taken) {
        List<String> clashes = new ArrayList<>();
        claim("name '" + api.name() + "'", file, taken, clashes);
        claim("path '" + api.path() + "'", file, taken, clashes);
        return clashes;
    }

    private static void claim(String what, Path file, Map<String, Path> taken, List<String> clashes) {
        Path first = taken.putIfAbsent(what, file);
        if (first != null) {
            clashes.add("%s: %s is already taken by %s. Change one of the two.".formatted(file, what, first));
        }
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(ApiFolder::isApiFile).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("API folder " + folder + " cannot be listed", unreadable);
        }
    }

    private static boolean isApiFile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
    }
}
