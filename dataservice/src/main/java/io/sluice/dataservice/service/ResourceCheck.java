package io.sluice.dataservice.service;

import io.sluice.common.NearestName;
import io.sluice.dataservice.definition.AggregationFile;
import io.sluice.dataservice.definition.ParameterFile;
import io.sluice.dataservice.definition.ReadFile;
import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.ServiceFile;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.definition.WriteFile;
import io.sluice.dataservice.sql.ReadOnlyRule;
import io.sluice.dataservice.sql.SqlRefused;
import io.sluice.dataservice.sql.SqlText;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks one resource without a database: one statement, of the kind its verb allows, with every parameter declared and used. */
final class ResourceCheck {

    /** Names of the query that belong to the service itself. */
    static final Set<String> RESERVED = Set.of("limit", "cursor", "sort", "count", "follow");

    private static final Map<Verb, Set<SqlText.Kind>> KINDS = Map.of(
            Verb.POST, Set.of(SqlText.Kind.INSERT, SqlText.Kind.MERGE),
            Verb.PUT, Set.of(SqlText.Kind.INSERT, SqlText.Kind.MERGE, SqlText.Kind.UPDATE),
            Verb.PATCH, Set.of(SqlText.Kind.UPDATE),
            Verb.DELETE, Set.of(SqlText.Kind.DELETE));

    private final ServiceFile service;
    private final ResourceFile resource;
    private final String key;
    private final Places places;
    private final List<String> problems;

    ResourceCheck(ServiceFile service, ResourceFile resource, String key, Places places, List<String> problems) {
        this.service = service;
        this.resource = resource;
        this.key = key;
        this.places = places;
        this.problems = problems;
    }

    /** The access rules that hold for a resource. */
    static ServiceFile.Access access(ServiceFile service, ResourceFile resource) {
        return resource.access() == null ? service.access() : resource.access();
    }

    void check() {
        ReadFile get = resource.get();
        if (get != null) {
            checkRead(get);
        }
        if (resource.aggregation() != null) {
            checkAggregation(resource.aggregation());
        }
        resource.writes().forEach(this::checkWrite);
        checkRows();
    }

    private void checkRead(ReadFile get) {
        Set<String> used = new HashSet<>();
        texts(key + ".get", get.sql(), get.dialects()).forEach((place, text) -> {
            SqlText sql = parse(place, text);
            if (sql != null) {
                ReadOnlyRule.broken(sql).ifPresent(reason -> found(place, reason));
                used.addAll(sql.parameters());
            }
        });
        checkParameters(key + ".get", get.params(), used);
        for (String name : get.params().keySet()) {
            if (RESERVED.contains(name)) {
                found(
                        key + ".get.params." + name,
                        "is a name the service itself uses (" + RESERVED + "); take another");
            }
            if (get.filter().stream().anyMatch(name::equalsIgnoreCase)) {
                found(
                        key + ".get.filter",
                        "'" + name + "' is a parameter already; a request could not tell them apart");
            }
        }
    }

    private void checkAggregation(AggregationFile aggregation) {
        if (!access(service, resource).rows().isEmpty() && aggregation.claims().isEmpty()) {
            found(
                    key + ".aggregation",
                    "is not filtered by the rows of 'access', which are SQL. Write 'claims', or give the resource an"
                            + " 'access' of its own.");
        }
        if (!aggregation.claims().isEmpty() && access(service, resource).open()) {
            found(key + ".aggregation.claims", "cannot be met by everybody: remove 'public'");
        }
        for (String segment : resource.segments()) {
            String variable = ResourceFile.variable(segment);
            if (variable != null && !aggregation.group().containsKey(variable)) {
                found(key + ".path", "'{" + variable + "}' is no group key of the aggregation");
            }
        }
    }

    private void checkWrite(Verb verb, WriteFile write) {
        String place = key + "." + verb.key();
        Set<String> used = new HashSet<>();
        if (write.insert() != null) {
            used.addAll(write.params().keySet());
            if (verb != Verb.POST && verb != Verb.PUT) {
                found(place + ".insert", "is for post and put");
            }
            for (String column : write.insert().key()) {
                if (!write.params().containsKey(column)) {
                    found(place + ".insert.key", "'" + column + "' is no parameter");
                }
            }
        } else {
            texts(place, write.sql(), write.dialects()).forEach((at, text) -> {
                SqlText sql = parse(at, text);
                if (sql != null) {
                    Set<SqlText.Kind> allowed = KINDS.getOrDefault(verb, Set.of());
                    if (!allowed.contains(sql.kind())) {
                        found(at, "is " + sql.kind() + ", but " + verb.key() + " takes " + allowed);
                    }
                    used.addAll(sql.parameters());
                }
            });
        }
        checkParameters(place, write.params(), used);
        boolean filtered = !access(service, resource).rows().isEmpty();
        if (filtered && used.stream().noneMatch(name -> name.startsWith(Parameters.CLAIM))) {
            found(
                    place,
                    "would write rows that the row filter of 'access' hides. Use ':claim.…' in the SQL too, or give the"
                            + " resource an 'access' of its own.");
        }
    }

    private void checkRows() {
        String rows = access(service, resource).rows();
        String place = resource.access() == null ? "access.rows" : key + ".access.rows";
        SqlText sql = rows.isEmpty() ? null : parse(place, rows);
        if (sql != null) {
            for (String name : sql.parameters()) {
                if (!name.startsWith(Parameters.CLAIM)) {
                    found(place, "':" + name + "' is no claim. Write ':claim." + name + "'.");
                }
            }
        }
    }

    private void checkParameters(String place, Map<String, ParameterFile> declared, Set<String> used) {
        for (String name : used) {
            if (!name.startsWith(Parameters.CLAIM) && !declared.containsKey(name)) {
                String meant = NearestName.of(name, declared.keySet())
                        .map(each -> " Did you mean ':" + each + "'?")
                        .orElse(" Add it to params.");
                found(place + ".sql", "':" + name + "' is not declared." + meant);
            }
        }
        declared.forEach((name, file) -> {
            String at = place + ".params." + name;
            if (!used.contains(name)) {
                found(at, "is not used in the SQL. Remove it, or write ':" + name + "'.");
            }
            if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
                found(at, "must be letters, digits and '_', and begin with a letter");
            }
            String wrong = new Parameter(name, file, Clock.systemUTC()).problemOfDefault();
            if (wrong != null) {
                found(at + ".default", wrong);
            }
        });
        for (String segment : resource.segments()) {
            String variable = ResourceFile.variable(segment);
            if (variable != null && !declared.containsKey(variable)) {
                found(place + ".params", "'{" + variable + "}' of the path is not declared");
            }
        }
    }

    private Map<String, String> texts(String place, String sql, Map<String, String> dialects) {
        Map<String, String> texts = new TreeMap<>();
        texts.put(place + ".sql", sql);
        dialects.forEach((dialect, text) -> {
            if (!Set.of("h2", "mysql", "mariadb", "postgresql").contains(dialect)) {
                found(place + ".dialects." + dialect, "is none of h2, mysql, mariadb, postgresql");
            }
            texts.put(place + ".dialects." + dialect, text);
        });
        return texts;
    }

    private @Nullable SqlText parse(String place, String text) {
        try {
            return SqlText.parse(text);
        } catch (SqlRefused refused) {
            found(place, String.valueOf(refused.getMessage()));
            return null;
        }
    }

    private void found(String place, String problem) {
        problems.add(places.at(place, problem));
    }
}
