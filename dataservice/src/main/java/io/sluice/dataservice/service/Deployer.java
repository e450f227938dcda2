package io.sluice.dataservice.service;

import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.ServiceFile;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.definition.WriteFile;
import io.sluice.dataservice.sql.Cursors;
import io.sluice.dataservice.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Turns a checked file into a service: every statement is prepared against its database, and described by it. Blocks. */
public final class Deployer {

    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

    private final Function<String, @Nullable DataSource> dataSources;
    private final Cursors cursors;
    private final Clock clock;
    private final Executor aside;

    /**
     * @param dataSources by name; null for one that is not configured
     * @param aside runs the cancelling of statements
     */
    public Deployer(Function<String, @Nullable DataSource> dataSources, Cursors cursors, Clock clock, Executor aside) {
        this.dataSources = dataSources;
        this.cursors = cursors;
        this.clock = clock;
        this.aside = aside;
    }

    /**
     * Deploys what can be. Problems of the file and of the database are in the result.
     *
     * @return null if nothing of the file can be used
     */
    public @Nullable DeployedService deploy(ServiceSource source) {
        ServiceFile file = source.service();
        if (file == null) {
            return null;
        }
        List<String> problems = new ArrayList<>(source.problems());
        DataSource reads = find(file.reads(), "read-datasource", source, problems);
        DataSource writes = find(file.datasource(), "datasource", source, problems);
        if (reads == null || writes == null) {
            return new DeployedService(file, List.of(), problems, false);
        }
        try (Connection reading = reads.getConnection();
                Connection writing = reads == writes ? null : writes.getConnection()) {
            Databases databases = new Databases(reads, writes, reading, writing == null ? reading : writing);
            List<DeployedResource> resources = resources(source, file, databases, problems);
            warnIfWritable(file, databases);
            return new DeployedService(file, resources, problems, false);
        } catch (SQLException down) {
            LOG.atWarn()
                    .addKeyValue("service", file.service())
                    .addKeyValue("error", down.toString())
                    .log("database of a service cannot be reached");
            problems.add(source.places().at("datasource", "the database cannot be reached; tried again until it can"));
            return new DeployedService(file, List.of(), problems, true);
        }
    }

    private record Databases(DataSource reads, DataSource writes, Connection reading, Connection writing) {}

    private @Nullable DataSource find(String name, String key, ServiceSource source, List<String> problems) {
        DataSource found = dataSources.apply(name);
        if (found == null) {
            String problem = "'" + name + "' is no data source. Define it under 'data-sources' of the configuration.";
            problems.add(source.places().at(key, problem));
        }
        return found;
    }

    private List<DeployedResource> resources(
            ServiceSource source, ServiceFile file, Databases databases, List<String> problems) throws SQLException {
        List<DeployedResource> resources = new ArrayList<>();
        for (int index : source.good()) {
            ResourceFile resource = file.resources().get(index);
            List<String> found = new ArrayList<>();
            String key = "resources[" + index + "]";
            DeployedResource deployed = deploy(file, resource, databases, key, source.places(), found);
            if (found.isEmpty()) {
                resources.add(deployed);
            }
            problems.addAll(found);
        }
        return resources;
    }

    private DeployedResource deploy(
            ServiceFile file,
            ResourceFile resource,
            Databases databases,
            String key,
            Places places,
            List<String> problems)
            throws SQLException {
        ReadOperation read = null;
        Reader reader = null;
        Dialect reading = Dialect.of(databases.reading());
        if (resource.get() != null) {
            ReadCompiler compiler = new ReadCompiler(file, resource, reading, cursors, clock);
            read = compiler.compile(
                    databases.reading(),
                    problem -> problems.add(places.at(key + ".get." + problem.key(), problem.text())));
            reader = read == null ? null : new Reader(read, databases.reads(), aside);
        }
        AggregationRead aggregation =
                resource.aggregation() == null ? null : new AggregationRead(resource.aggregation(), clock);
        Map<Verb, Writer> writes = new EnumMap<>(Verb.class);
        for (Map.Entry<Verb, WriteFile> write : resource.writes().entrySet()) {
            Writer writer = Writer.compile(
                    file,
                    write.getValue(),
                    databases.writes(),
                    databases.writing(),
                    clock,
                    problem -> problems.add(
                            places.at(key + "." + write.getKey().key() + "." + problem.key(), problem.text())));
            if (writer != null) {
                writes.put(write.getKey(), writer);
            }
        }
        return new DeployedResource(resource, ResourceCheck.access(file, resource), read, reader, aggregation, writes);
    }

    private static void warnIfWritable(ServiceFile file, Databases databases) {
        try {
            if (WriteRights.canWrite(databases.reading())) {
                boolean embedded = WriteRights.embedded(databases.reading());
                LOG.atLevel(embedded ? Level.INFO : Level.WARN)
                        .addKeyValue("service", file.service())
                        .addKeyValue("datasource", file.reads())
                        .log(
                                embedded
                                        ? "GET reads with the one account of the embedded database, which may also write; its statements"
                                                + " are checked to be SELECT only"
                                        : "the account that GET reads with may also write; give 'read-datasource' one that may not");
            }
        } catch (SQLException unknown) {
            LOG.atInfo()
                    .addKeyValue("service", file.service())
                    .addKeyValue("error", unknown.toString())
                    .log("whether the reading account may write could not be found out");
        }
    }
}
