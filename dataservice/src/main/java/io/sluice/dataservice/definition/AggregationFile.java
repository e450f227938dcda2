package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.dataservice.sql.ValueType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A GET that reads a named aggregation of a Siddhi app from the runner, the buckets that are still open included. */
public record AggregationFile(
        @Setting(doc = "Name of the Siddhi app.") String app,
        @Setting(doc = "Name of the aggregation in it.") String name,

        @Setting(doc = "One sentence for the API description.", byDefault = "")
        String summary,

        @Setting(doc = "Scopes a caller must have besides those of the resource.", byDefault = "[]")
        List<String> scopes,

        @Setting(
                doc =
                        "Sizes of bucket a request may ask for; the first is the default: seconds, minutes, hours, days, months, years.")
        List<Per> per,

        @Setting(
                doc =
                        "Group keys with their rules; each is in the reply and may be asked for, where 'list' is set with several values.",
                byDefault = "{}")
        Map<String, ParameterFile> group,

        @Setting(doc = "Group keys that must equal a claim of the caller: {tenant: tenant}.", byDefault = "{}")
        Map<String, String> claims,

        @Setting(doc = "Calculated attributes of the reply, with their types: {total: double, reports: long}.")
        Map<String, ValueType> values,

        @Setting(doc = "How far a reply reaches back when the request names no 'from'.", byDefault = "24h")
        Duration within,

        @Setting(
                doc = "How late events may be: a bucket counts as complete only so long after its end.",
                byDefault = "0s")
        Duration lateness,

        @Setting(doc = "Buckets of one reply at most, all groups counted.", byDefault = "10000")
        int maxRows) {

    /** Sizes of bucket. */
    public enum Per {
        /** One second. */
        SECONDS,
        /** One minute. */
        MINUTES,
        /** One hour. */
        HOURS,
        /** One day. */
        DAYS,
        /** One month of the calendar. */
        MONTHS,
        /** One year of the calendar. */
        YEARS
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Set<ValueType> KEYS =
            Set.of(ValueType.STRING, ValueType.INT, ValueType.LONG, ValueType.BOOLEAN);
    private static final Set<String> OWN = Set.of("from", "to", "per", "bucketStart", "bucketEnd", "complete");

    /** Refuses names that are no Siddhi identifiers, since they go into its text, and rules that fit no aggregation. */
    public AggregationFile {
        if (!app.matches("[A-Za-z0-9_.-]{1,128}")) {
            throw new InvalidSetting("app", "'" + app + "' is not the name of an app");
        }
        requireName("name", name);
        group.forEach((key, rules) -> {
            requireName("group." + key, key);
            if (!KEYS.contains(rules.type())) {
                throw new InvalidSetting("group." + key, "must be string, int, long or boolean");
            }
            if (rules.byDefault() != null) {
                throw new InvalidSetting("group." + key, "has no default: without a value all groups are given");
            }
        });
        values.keySet().forEach(key -> requireName("values." + key, key));
        claims.keySet().forEach(key -> {
            if (!group.containsKey(key)) {
                throw new InvalidSetting("claims." + key, "is no group key");
            }
        });
        if (per.isEmpty() || values.isEmpty()) {
            throw new InvalidSetting(per.isEmpty() ? "per" : "values", "name at least one");
        }
        if (within.isNegative() || within.isZero() || lateness.isNegative() || maxRows < 1 || maxRows > 1_000_000) {
            throw new InvalidSetting(
                    "within", "'within', 'lateness' and 'max-rows' must be positive, max-rows at most 1000000");
        }
    }

    private static void requireName(String key, String name) {
        if (!NAME.matcher(name).matches() || OWN.contains(name)) {
            throw new InvalidSetting(key, "'" + name + "' is not a name of Siddhi, or one the service itself uses");
        }
    }
}
