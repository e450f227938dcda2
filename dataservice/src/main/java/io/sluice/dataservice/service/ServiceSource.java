package io.sluice.dataservice.service;

import io.sluice.common.ConfigFile;
import io.sluice.common.PartialConfig;
import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.ServiceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service file, read and checked without a database.
 *
 * @param file where it stands
 * @param service what it says, with bad resources still in it; null if nothing of it can be used
 * @param good positions of the resources that can be deployed
 * @param problems one line each, {@code file:line: key: what is wrong}
 * @param places for what is found later
 */
public record ServiceSource(
        Path file, @Nullable ServiceFile service, List<Integer> good, List<String> problems, Places places) {

    /** Reads and checks; {@code ${NAME}} in the file is looked up in the environment. */
    public static ServiceSource read(Path file, Map<String, String> environment) {
        PartialConfig<ServiceFile> read = ConfigFile.readTolerant(file, ServiceFile.class, environment, "resources");
        Places places = new Places(file, read);
        List<String> problems = new ArrayList<>(read.problems());
        List<Integer> good = new ArrayList<>();
        ServiceFile service = read.value();
        if (service != null) {
            Map<String, Integer> taken = new HashMap<>();
            for (int i = 0; i < service.resources().size(); i++) {
                List<String> found = new ArrayList<>();
                ResourceFile resource = service.resources().get(i);
                Integer first = taken.putIfAbsent(shape(resource), i);
                if (first != null) {
                    found.add(places.at(
                            "resources[" + i + "].path",
                            "'" + resource.path() + "' is the same as '"
                                    + service.resources().get(first).path() + "'. Keep one."));
                }
                new ResourceCheck(service, resource, "resources[" + i + "]", places, found).check();
                if (found.isEmpty()) {
                    good.add(i);
                }
                problems.addAll(found);
            }
        }
        return new ServiceSource(file, service, List.copyOf(good), List.copyOf(problems), places);
    }

    private static String shape(ResourceFile resource) {
        return resource.path().replaceAll("\\{[^}]*}", "{}");
    }
}
