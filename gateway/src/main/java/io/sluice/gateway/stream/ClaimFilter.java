package io.sluice.gateway.stream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.api.StreamingApi;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets only those events pass whose field equals a claim of the token, or one of its values where the claim is a list. What has no such field does not pass. */
final class ClaimFilter implements Predicate<StreamEvent> {

    private record Rule(JsonPointer field, Set<String> allowed) {}

    private final List<Rule> rules;

    private ClaimFilter(List<Rule> rules) {
        this.rules = rules;
    }

    /** The claim that the API asks for and the token lacks, if any. */
    static Optional<String> missing(List<StreamingApi.ClaimRule> rules, Map<String, Object> claims) {
        return rules.stream()
                .map(StreamingApi.ClaimRule::claim)
                .filter(claim -> values(claims.get(claim)).isEmpty())
                .findFirst();
    }

    static ClaimFilter of(List<StreamingApi.ClaimRule> rules, Map<String, Object> claims) {
        return new ClaimFilter(rules.stream()
                .map(rule -> new Rule(JsonPointer.compile(rule.field()), values(claims.get(rule.claim()))))
                .toList());
    }

    @Override
    public boolean test(StreamEvent event) {
        for (Rule rule : rules) {
            JsonNode field = event.json().at(rule.field());
            if (!field.isValueNode() || field.isNull() || !rule.allowed().contains(field.asText())) {
                return false;
            }
        }
        return true;
    }

    /** Whether both let the same events pass. */
    boolean sameAs(ClaimFilter other) {
        return rules.equals(other.rules);
    }

    private static Set<String> values(@Nullable Object claim) {
        if (claim instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
        }
        return claim == null ? Set.of() : Set.of(String.valueOf(claim));
    }
}
