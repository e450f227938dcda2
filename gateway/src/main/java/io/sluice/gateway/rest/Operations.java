package io.sluice.gateway.rest;

import io.sluice.gateway.api.Operation;
import io.sluice.gateway.api.RestApi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation of a request. Of several paths that match, the one that is plain text farthest to the left counts, then {@code {name}}, then
 * {@code **}; its methods alone are allowed, so that a general path never opens what a special one closes.
 */
final class Operations {

    /** What a request asks for. */
    sealed interface Match {
        /** It may be called by who has these scopes. */
        record Found(List<String> scopes) implements Match {}

        /** There is no such path. */
        record NoPath() implements Match {}

        /** The path is there, with other methods. */
        record NoMethod(Set<String> allowed) implements Match {}
    }

    private static final String ONE = "{}";
    private static final String REST = "**";

    /** Methods that no operation needs to forbid. */
    private static final Set<String> NEVER = Set.of("TRACE", "CONNECT");

    private record Template(List<String> segments, Map<String, List<String>> scopesByMethod) {
        boolean matches(List<String> asked) {
            int last = segments.size() - 1;
            boolean open = last >= 0 && segments.get(last).equals(REST);
            int fixed = open ? last : segments.size();
            if (open ? asked.size() < fixed : asked.size() != fixed) {
                return false;
            }
            for (int i = 0; i < fixed; i++) {
                String wanted = segments.get(i);
                if (wanted.equals(ONE) ? asked.get(i).isEmpty() : !wanted.equals(asked.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** Sorts plain text before {@code {}} before {@code **}, segment by segment. */
        String order() {
            StringBuilder order = new StringBuilder();
            segments.forEach(segment -> order.append(segment.equals(REST) ? '3' : segment.equals(ONE) ? '2' : '1'));
            return order.append('0').toString();
        }
    }

    private final @Nullable List<Template> templates;
    private final Match everything;

    Operations(RestApi api) {
        List<Operation> declared = api.operations();
        this.templates = declared == null ? null : templates(declared, api.scopes());
        this.everything = new Match.Found(api.scopes());
    }

    /** @param segments the decoded path below the API's own */
    Match find(String method, List<String> segments) {
        if (templates == null) {
            return NEVER.contains(method)
                    ? new Match.NoMethod(Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
                    : everything;
        }
        for (Template template : templates) {
            if (template.matches(segments)) {
                List<String> scopes = template.scopesByMethod().get(method);
                return scopes == null
                        ? new Match.NoMethod(template.scopesByMethod().keySet())
                        : new Match.Found(scopes);
            }
        }
        return new Match.NoPath();
    }

    private static List<Template> templates(List<Operation> operations, List<String> common) {
        Map<String, Map<String, List<String>>> byShape = new LinkedHashMap<>();
        for (Operation operation : operations) {
            Map<String, List<String>> methods = byShape.computeIfAbsent(operation.shape(), shape -> new TreeMap<>());
            Set<String> scopes = new TreeSet<>(common);
            scopes.addAll(operation.scopes());
            operation.methods().forEach(method -> methods.put(method, List.copyOf(scopes)));
        }
        List<Template> templates = new ArrayList<>();
        byShape.forEach((shape, methods) -> {
            List<String> get = methods.get("GET");
            if (get != null) {
                methods.putIfAbsent("HEAD", get);
            }
            templates.add(new Template(segments(shape), methods));
        });
        templates.sort(Comparator.comparing(Template::order));
        return List.copyOf(templates);
    }

    private static List<String> segments(String shape) {
        return shape.equals("/") ? List.of() : List.of(shape.substring(1).split("/", -1));
    }
}
