package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.dataservice.sql.Storage;
import io.sluice.dataservice.sql.ValueType;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** One parameter: where its value may come from is given by the path and the verb, what it may be is said here. */
public record ParameterFile(
        @Setting(doc = "Type of the value.") ValueType type,

        @Setting(doc = "How a timestamp is stored.", byDefault = "native")
        Storage storedAs,

        @Setting(doc = "Whether it takes several values, for 'IN (:name)'.", byDefault = "false")
        boolean list,

        @Setting(
                key = "default",
                doc = "Value when the request has none; 'now', 'now-1h' for a timestamp, 'null' for NULL.",
                byDefault = Setting.ABSENT)
        @Nullable
        String byDefault,

        @Setting(doc = "Fewest characters of a string.", byDefault = "0")
        int minLength,

        @Setting(doc = "Most characters of a string.", byDefault = "4096")
        int maxLength,

        @Setting(doc = "Regular expression the whole string must match.", byDefault = Setting.ABSENT) @Nullable
        String pattern,

        @Setting(doc = "The values that are allowed.", byDefault = "[]")
        List<String> oneOf,

        @Setting(doc = "Smallest number.", byDefault = Setting.ABSENT) @Nullable
        Double minimum,

        @Setting(doc = "Largest number.", byDefault = Setting.ABSENT) @Nullable
        Double maximum,

        @Setting(doc = "Most values of a list.", byDefault = "100")
        int maxItems,

        @Setting(doc = "What it means, for the API description.", byDefault = "")
        String doc) {

    /** Refuses rules that fit no value. */
    public ParameterFile {
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException malformed) {
                throw new InvalidSetting("pattern", "is not a regular expression: " + malformed.getDescription());
            }
        }
        if (minLength < 0 || maxLength < minLength) {
            throw new InvalidSetting("max-length", maxLength + " must be at least min-length, " + minLength);
        }
        if (minimum != null && maximum != null && minimum > maximum) {
            throw new InvalidSetting("maximum", maximum + " must be at least minimum, " + minimum);
        }
        if (maxItems < 1 || maxItems > 10_000) {
            throw new InvalidSetting("max-items", maxItems + " must be between 1 and 10000");
        }
        if (storedAs != Storage.NATIVE && type != ValueType.TIMESTAMP) {
            throw new InvalidSetting("stored-as", "is for timestamps only");
        }
        if (list && byDefault != null) {
            throw new InvalidSetting("default", "a list has no default. Leave one of the two out.");
        }
    }
}
