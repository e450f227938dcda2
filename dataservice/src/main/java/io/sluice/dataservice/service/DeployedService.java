package io.sluice.dataservice.service;

import io.sluice.dataservice.definition.ServiceFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A service as it is served now. Immutable but for the count of its running requests. */
public final class DeployedService {

    private final ServiceFile file;
    private final List<DeployedResource> resources;
    private final List<String> problems;
    private final boolean databaseIsDown;
    private final Semaphore running;

    DeployedService(ServiceFile file, List<DeployedResource> resources, List<String> problems, boolean databaseIsDown) {
        this.file = file;
        this.resources = resources.stream()
                .sorted(Comparator.comparing(DeployedResource::specificity))
                .toList();
        this.problems = List.copyOf(problems);
        this.databaseIsDown = databaseIsDown;
        this.running = new Semaphore(file.limits().concurrency());
    }

    /** What is found at a path. */
    record Match(DeployedResource resource, Map<String, String> variables) {}

    /** What the author wrote. */
    public ServiceFile file() {
        return file;
    }

    /** Why some resources are not served, one line each with file and line. */
    public List<String> problems() {
        return problems;
    }

    /** Whether the problems are the database's, so that trying again makes sense. */
    public boolean databaseIsDown() {
        return databaseIsDown;
    }

    /** Whether nothing of it is served. */
    public boolean resourcesAreNone() {
        return resources.isEmpty();
    }

    /** Resources that are served. */
    List<DeployedResource> resources() {
        return resources;
    }

    /** A place for one more request, if there is one; to be given back with {@link #leave}. */
    boolean enter() {
        return running.tryAcquire();
    }

    void leave() {
        running.release();
    }

    /** Looks up the segments behind the service's name. */
    Optional<Match> match(List<String> segments) {
        for (DeployedResource resource : resources) {
            Map<String, String> variables = resource.match(segments);
            if (variables != null) {
                return Optional.of(new Match(resource, variables));
            }
        }
        return Optional.empty();
    }
}
