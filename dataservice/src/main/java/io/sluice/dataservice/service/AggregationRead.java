package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.AggregationFile;
import io.sluice.dataservice.definition.AggregationFile.Per;
import io.sluice.dataservice.definition.ParameterFile;
import io.sluice.dataservice.sql.BoundValue;
import io.sluice.dataservice.sql.ValueType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A GET of an aggregation as deployed: turns requests into queries of the runner, and its records into rows. Thread-safe. */
final class AggregationRead {

    private final AggregationFile file;
    private final Map<String, Parameter> group = new LinkedHashMap<>();
    private final Clock clock;

    AggregationRead(AggregationFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
        file.group().forEach((name, rules) -> group.put(name, new Parameter(name, rules, clock)));
    }

    AggregationFile file() {
        return file;
    }

    /**
     * What one request comes to.
     *
     * @param text the on-demand query
     * @param per size of the buckets
     */
    record Query(String text, Per per) {}

    /**
     * Turns a request into a query.
     *
     * @throws ProblemException for one that is not valid
     */
    Query query(ReadRequest request) {
        requireKnown(request);
        Instant to = time("to", request, clock.instant());
        Instant from = time("from", request, to.minus(file.within()));
        if (!from.isBefore(to)) {
            throw invalid("'from' must be before 'to'");
        }
        Per per = per(request);
        Map<String, List<BoundValue>> conditions = new LinkedHashMap<>();
        group.forEach((name, parameter) -> {
            List<String> texts = texts(name, request);
            if (!texts.isEmpty()) {
                conditions.put(name, parameter.fromTexts(texts));
            }
        });
        file.claims().forEach((key, claim) -> {
            List<BoundValue> allowed = Parameters.claims(claim, request.caller());
            List<BoundValue> fitting =
                    allowed.stream().map(value -> typed(key, value)).toList();
            List<BoundValue> asked = conditions.get(key);
            conditions.put(key, asked == null ? fitting : both(asked, fitting));
        });
        return new Query(SiddhiText.query(file, conditions, from, to, per), per);
    }

    private static List<BoundValue> both(List<BoundValue> asked, List<BoundValue> allowed) {
        List<BoundValue> both = asked.stream().filter(allowed::contains).toList();
        if (both.isEmpty()) {
            throw new ProblemException(DataError.CLAIM_MISSING, "the caller's claims do not allow these groups");
        }
        return both;
    }

    /** A claim in the type of the group key, so that it is compared as one. */
    private BoundValue typed(String key, BoundValue claim) {
        ParameterFile rules = file.group().get(key);
        try {
            ValueType type = rules == null ? ValueType.STRING : rules.type();
            return new BoundValue(type, claim.storage(), false, type.parse(String.valueOf(claim.value())));
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(DataError.CLAIM_MISSING, "the claim behind '" + key + "' has another type");
        }
    }

    private void requireKnown(ReadRequest request) {
        for (String name : request.query().keySet()) {
            boolean ours = name.equals("from") || name.equals("to") || name.equals("per");
            if (!ours && (!group.containsKey(name) || request.path().containsKey(name))) {
                throw new ProblemException(
                                DataError.PARAMETER_UNKNOWN, "the query has a parameter this resource does not know")
                        .hint("Known are from, to, per and " + group.keySet() + ".");
            }
        }
    }

    private static List<String> texts(String name, ReadRequest request) {
        String inPath = request.path().get(name);
        return inPath == null ? request.query().getOrDefault(name, List.of()) : List.of(inPath);
    }

    private static Instant time(String name, ReadRequest request, Instant byDefault) {
        List<String> texts = request.query().getOrDefault(name, List.of());
        if (texts.isEmpty()) {
            return byDefault;
        }
        try {
            if (texts.size() > 1) {
                throw invalid("'" + name + "' is given more than once");
            }
            return (Instant) ValueType.TIMESTAMP.parse(texts.get(0));
        } catch (IllegalArgumentException malformed) {
            throw invalid("'" + name + "' " + malformed.getMessage());
        }
    }

    private Per per(ReadRequest request) {
        List<String> texts = request.query().getOrDefault("per", List.of());
        if (texts.isEmpty()) {
            return file.per().get(0);
        }
        return file.per().stream()
                .filter(each -> texts.equals(List.of(each.name().toLowerCase(Locale.ROOT))))
                .findFirst()
                .orElseThrow(() ->
                        invalid("'per' must be one of " + file.per().toString().toLowerCase(Locale.ROOT)));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(DataError.PARAMETER_INVALID, detail);
    }

    /**
     * The rows of a reply, by time.
     *
     * @throws ProblemException for more than a reply may have, or records of another shape
     */
    List<JsonObject> rows(JsonArray records, Per per) {
        if (records.size() > file.maxRows()) {
            throw new ProblemException(
                            DataError.TOO_MANY_ROWS,
                            "there are more than the " + file.maxRows() + " buckets of one reply")
                    .hint("Ask for a shorter time, larger buckets or fewer groups.");
        }
        Instant now = clock.instant();
        List<JsonArray> sorted = new ArrayList<>();
        for (Object each : records) {
            boolean fits = each instanceof JsonArray values
                    && values.size() == 1 + file.group().size() + file.values().size()
                    && values.getValue(0) instanceof Number;
            if (!fits) {
                throw new ProblemException(
                        DataError.RUNNER_REFUSED, "the runner answers with records of another shape");
            }
            sorted.add((JsonArray) each);
        }
        sorted.sort(Comparator.comparing(values -> values.getLong(0)));
        return sorted.stream().map(values -> row(values, per, now)).toList();
    }

    private JsonObject row(JsonArray values, Per per, Instant now) {
        Instant start = Instant.ofEpochMilli(values.getLong(0));
        Instant end = end(start, per);
        JsonObject row = new JsonObject()
                .put("bucketStart", start.toString())
                .put("bucketEnd", end.toString())
                .put("complete", !now.isBefore(end.plus(file.lateness())));
        int index = 1;
        for (String name : file.group().keySet()) {
            row.put(name, values.getValue(index++));
        }
        for (String name : file.values().keySet()) {
            row.put(name, values.getValue(index++));
        }
        return row;
    }

    /** Buckets of the calendar are Siddhi's, in its default time zone, GMT. */
    static Instant end(Instant start, Per per) {
        ZonedDateTime from = start.atZone(ZoneOffset.UTC);
        return switch (per) {
            case SECONDS -> start.plus(Duration.ofSeconds(1));
            case MINUTES -> start.plus(Duration.ofMinutes(1));
            case HOURS -> start.plus(Duration.ofHours(1));
            case DAYS -> from.plus(1, ChronoUnit.DAYS).toInstant();
            case MONTHS -> from.plus(1, ChronoUnit.MONTHS).toInstant();
            case YEARS -> from.plus(1, ChronoUnit.YEARS).toInstant();
        };
    }
}
