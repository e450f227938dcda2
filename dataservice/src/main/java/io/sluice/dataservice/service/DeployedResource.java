package io.sluice.dataservice.service;

import io.sluice.dataservice.definition.ResourceFile;
import io.sluice.dataservice.definition.ServiceFile.Access;
import io.sluice.dataservice.definition.Verb;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A resource that can be served.
 *
 * @param file what the author wrote
 * @param access who may call
 * @param read its GET, or null
 * @param reader runs the GET, or null
 * @param aggregation its GET of an aggregation, or null
 * @param writes its other verbs
 */
record DeployedResource(
        ResourceFile file,
        Access access,
        @Nullable ReadOperation read,
        @Nullable Reader reader,
        @Nullable AggregationRead aggregation,
        Map<Verb, Writer> writes) {

    /** The variables of a path that is this resource's, or null. */
    @Nullable
    Map<String, String> match(List<String> segments) {
        List<String> own = file.segments();
        if (own.size() != segments.size()) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < own.size(); i++) {
            String variable = ResourceFile.variable(own.get(i));
            if (variable != null) {
                variables.put(variable, segments.get(i));
            } else if (!own.get(i).equals(segments.get(i))) {
                return null;
            }
        }
        return variables;
    }

    /** Literal segments go before variables where both match. */
    String specificity() {
        return String.join(
                "/",
                file.segments().stream()
                        .map(segment -> ResourceFile.variable(segment) == null ? "0" : "1")
                        .toList());
    }

    /** The verbs it has. */
    Set<Verb> verbs() {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        verbs.addAll(writes.keySet());
        if (read != null || aggregation != null) {
            verbs.add(Verb.GET);
        }
        return verbs;
    }

    /** Scopes a verb needs. */
    List<String> scopes(Verb verb) {
        List<String> own = verb == Verb.GET
                ? file.get() != null
                        ? file.get().scopes()
                        : file.aggregation() == null
                                ? List.of()
                                : file.aggregation().scopes()
                : file.writes().get(verb) == null
                        ? List.of()
                        : file.writes().get(verb).scopes();
        return Stream.concat(access.scopes().stream(), own.stream()).distinct().toList();
    }
}
