package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A GET: one SELECT, its parameters, and what a request may add to it. */
public record ReadFile(
        @Setting(doc = "One SELECT with ':name' parameters; ':claim.name' is a claim of the caller.")
        String sql,

        @Setting(doc = "Other texts by database: h2, mysql, mariadb, postgresql.", byDefault = "{}")
        Map<String, String> dialects,

        @Setting(doc = "One sentence for the API description.", byDefault = "")
        String summary,

        @Setting(doc = "Scopes a caller must have besides those of the resource.", byDefault = "[]")
        List<String> scopes,

        @Setting(doc = "Every ':name' of the SQL.", byDefault = "{}")
        Map<String, ParameterFile> params,

        @Setting(
                doc = "How single result columns are served; columns not named are served as they are.",
                byDefault = "{}")
        Map<String, ColumnFile> columns,

        @Setting(doc = "Columns a request may filter by, for example 'price=gte.10'.", byDefault = "[]")
        List<String> filter,

        SortFile sort,

        @Setting(
                doc =
                        "Makes the rows a stream that clients can follow (text/event-stream, or NDJSON with 'follow=true').",
                byDefault = Setting.ABSENT)
        @Nullable
        StreamFile stream,

        @Setting(doc = "Whether a request may ask for the number of rows ('count=exact').", byDefault = "on-request")
        Count count,

        @Setting(doc = "Whether the reply is the one row itself, and 404 without it.", byDefault = "false")
        boolean single,

        @Setting(doc = "Whether columns that 'columns' does not name are left out.", byDefault = "false")
        boolean listedOnly,

        @Setting(
                doc =
                        "Members around the list of rows instead of 'data', with dots: 'employees.employee'; no pages then.",
                byDefault = Setting.ABSENT)
        @Nullable
        String wrap) {

    /** When rows are counted. */
    public enum Count {
        /** Never. */
        NEVER,
        /** When the request says {@code count=exact} or {@code Prefer: count=exact}. */
        ON_REQUEST
    }

    /** Refuses what contradicts itself. */
    public ReadFile {
        if (stream != null && (single || wrap != null)) {
            throw new InvalidSetting("stream", "is for lists of rows: remove it, or 'single' and 'wrap'");
        }
        if (wrap != null && (single || !sort.byDefault().isEmpty())) {
            throw new InvalidSetting("wrap", "has no place for 'next': remove it, or 'sort' and 'single'");
        }
        if (single
                && !(filter.isEmpty()
                        && sort.byDefault().isEmpty()
                        && sort.allow().isEmpty())) {
            throw new InvalidSetting("single", "a single row has nothing to filter or to sort. Remove one of the two.");
        }
        if (!sort.allow().isEmpty() && sort.byDefault().isEmpty()) {
            throw new InvalidSetting(
                    "sort.default", "is needed where 'allow' is: its last column makes the order unique");
        }
    }
}
