package io.sluice.dataservice.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.ParameterFile;
import io.sluice.dataservice.sql.BoundValue;
import io.sluice.dataservice.sql.Storage;
import io.sluice.dataservice.sql.ValueType;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of one operation. Thread-safe. */
final class Parameters {

    /** Prefix of the names that stand for claims of the caller. */
    static final String CLAIM = "claim.";

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    Parameters(Map<String, ParameterFile> files, Clock clock) {
        files.forEach((name, file) -> parameters.put(name, new Parameter(name, file, clock)));
    }

    Set<String> names() {
        return parameters.keySet();
    }

    /** The values of every parameter, from texts by name. */
    Map<String, List<BoundValue>> fromTexts(Map<String, List<String>> given) {
        Map<String, List<BoundValue>> values = new HashMap<>();
        parameters.forEach(
                (name, parameter) -> values.put(name, parameter.fromTexts(given.getOrDefault(name, List.of()))));
        return values;
    }

    /** The values of every parameter, from a path and a JSON object; what neither knows is a problem. */
    Map<String, List<BoundValue>> fromBody(Map<String, String> path, @Nullable JsonNode body) {
        Map<String, List<BoundValue>> values = new HashMap<>();
        parameters.forEach((name, parameter) -> {
            String inPath = path.get(name);
            values.put(
                    name,
                    inPath == null
                            ? parameter.fromJson(body == null ? null : body.get(name))
                            : parameter.fromTexts(List.of(inPath)));
        });
        if (body != null) {
            body.fieldNames().forEachRemaining(member -> requireKnown(member, path));
        }
        return values;
    }

    private void requireKnown(String member, Map<String, String> path) {
        if (!parameters.containsKey(member) || path.containsKey(member)) {
            throw new ProblemException(DataError.PARAMETER_UNKNOWN, "the body has a member that is no parameter of it")
                    .hint("Members are "
                            + parameters.keySet().stream()
                                    .filter(name -> !path.containsKey(name))
                                    .toList() + ".");
        }
    }

    /** Looks up parameters, and claims of the caller. */
    static Function<String, List<BoundValue>> lookup(Map<String, List<BoundValue>> values, Caller caller) {
        return name -> {
            if (name.startsWith(CLAIM)) {
                return claims(name.substring(CLAIM.length()), caller);
            }
            List<BoundValue> found = values.get(name);
            if (found == null) {
                throw new IllegalStateException("parameter " + name + " passed the check without being declared");
            }
            return found;
        };
    }

    /** The values of a claim. */
    static List<BoundValue> claims(String name, Caller caller) {
        Object claim = caller.claims().get(name);
        if (claim instanceof Collection<?> list && !list.isEmpty()) {
            return list.stream().map(each -> single(name, each)).toList();
        }
        return List.of(single(name, claim));
    }

    private static BoundValue single(String name, @Nullable Object claim) {
        if (claim instanceof String text) {
            return new BoundValue(ValueType.STRING, Storage.NATIVE, false, ValueType.STRING.parse(text));
        }
        if (claim instanceof Boolean truth) {
            return new BoundValue(ValueType.BOOLEAN, Storage.NATIVE, false, truth);
        }
        if (claim instanceof Integer || claim instanceof Long) {
            return new BoundValue(ValueType.LONG, Storage.NATIVE, false, ((Number) claim).longValue());
        }
        throw new ProblemException(
                        DataError.CLAIM_MISSING, "the caller has no claim '" + name + "', by which rows are chosen")
                .hint("Ask the publisher of the API which token carries it.");
    }
}
