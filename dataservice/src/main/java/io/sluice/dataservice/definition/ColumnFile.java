package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import io.sluice.dataservice.sql.Storage;
import io.sluice.dataservice.sql.ValueType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How one result column is served. */
public record ColumnFile(
        @Setting(doc = "Type, where the database's own is not the one meant.", byDefault = Setting.ABSENT) @Nullable
        ValueType type,

        @Setting(doc = "How a timestamp is stored.", byDefault = "native")
        Storage storedAs,

        @Setting(doc = "Whether numbers are written as text, for clients that lose digits.", byDefault = "native")
        As as,

        @Setting(
                doc = "Member of the reply, with dots for nested objects: 'address.city'. Its own name without one.",
                byDefault = Setting.ABSENT)
        @Nullable
        String name,

        @Setting(doc = "Roles (claim 'roles') of which a caller needs one to see it.", byDefault = "[]")
        List<String> roles,

        @Setting(doc = "Never in the reply, but there for row filters.", byDefault = "false")
        boolean hidden,

        @Setting(
                doc = "The author's word that it is never NULL, where the database does not say so.",
                byDefault = "false")
        boolean notNull) {

    /** Spelling of a number. */
    public enum As {
        /** A JSON number. */
        NATIVE,
        /** A JSON string. */
        STRING
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*){0,7}");

    /** Validates the name. */
    public ColumnFile {
        if (name != null && !NAME.matcher(name).matches()) {
            throw new InvalidSetting(
                    "name", "'" + name + "' must be names with dots between, for example 'address.city'");
        }
        if (storedAs != Storage.NATIVE && type != ValueType.TIMESTAMP) {
            throw new InvalidSetting("stored-as", "needs 'type: timestamp' beside it");
        }
    }
}
