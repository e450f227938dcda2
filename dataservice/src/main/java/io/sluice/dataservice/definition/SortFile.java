package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** The order of rows; with one, pages are found by key and not by offset. */
public record SortFile(
        @Setting(
                key = "default",
                doc = "Columns, each with '.desc' if descending; together they must be unique.",
                byDefault = "[]")
        List<String> byDefault,

        @Setting(doc = "Columns a request may sort by; the default order follows as tie-breaker.", byDefault = "[]")
        List<String> allow) {

    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

    /** Validates the spelling. */
    public SortFile {
        for (String key : byDefault) {
            if (!KEY.matcher(key).matches()) {
                throw new InvalidSetting("default", "'" + key + "' is not a column, or a column and '.desc'");
            }
        }
    }
}
