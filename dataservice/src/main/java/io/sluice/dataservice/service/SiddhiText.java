package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.AggregationFile;
import io.sluice.dataservice.sql.BoundValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes the on-demand query of an aggregation. Siddhi has no bound parameters, so values become literals of their types here: names come from the service
 * file, which allows identifiers only; numbers and booleans from Java's own types; text is refused where it could end its literal, which has no escapes.
 */
final class SiddhiText {

    private SiddhiText() {}

    /**
     * The query.
     *
     * @param conditions allowed values by group key, each list of one type and not empty
     * @param from inclusive
     * @param to exclusive
     * @throws ProblemException for text that no Siddhi literal can hold
     */
    static String query(
            AggregationFile file,
            Map<String, List<BoundValue>> conditions,
            Instant from,
            Instant to,
            AggregationFile.Per per) {
        StringBuilder text = new StringBuilder("from ").append(file.name());
        String glue = " on ";
        for (Map.Entry<String, List<BoundValue>> condition : conditions.entrySet()) {
            List<String> any = condition.getValue().stream()
                    .map(value -> condition.getKey() + " == "
                            + literal(condition.getKey(), Objects.requireNonNull(value.value())))
                    .toList();
            text.append(glue).append('(').append(String.join(" or ", any)).append(')');
            glue = " and ";
        }
        List<String> columns = new ArrayList<>(List.of("AGG_TIMESTAMP"));
        columns.addAll(file.group().keySet());
        columns.addAll(file.values().keySet());
        return text.append(" within ")
                .append(from.toEpochMilli())
                .append("L, ")
                .append(to.toEpochMilli())
                .append("L per \"")
                .append(per.name().toLowerCase(Locale.ROOT))
                .append("\" select ")
                .append(String.join(", ", columns))
                .append(" limit ")
                .append(file.maxRows() + 1)
                .toString();
    }

    /** A literal of SiddhiQL: {@code "text"}, {@code 5}, {@code 5L}, {@code true}. */
    static String literal(String name, Object value) {
        if (value instanceof Integer || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Long number) {
            return number + "L";
        }
        String text = (String) value;
        boolean fits = text.chars().noneMatch(each -> each < ' ' || each == '"' || each == '\\' || each == 0x7f);
        if (!fits || text.contains("${")) {
            throw new ProblemException(
                    DataError.PARAMETER_INVALID,
                    "parameter '" + name + "' has a quotation mark, a backslash, '${' or a control character");
        }
        return '"' + text + '"';
    }
}
