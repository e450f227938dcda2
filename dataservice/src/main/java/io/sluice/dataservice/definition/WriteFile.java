package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A POST, PUT, PATCH or DELETE: one statement that changes rows, written out or made from a table's name. */
public record WriteFile(
        @Setting(doc = "One INSERT, UPDATE, DELETE or MERGE with ':name' parameters.", byDefault = "")
        String sql,

        @Setting(doc = "Other texts by database: h2, mysql, mariadb, postgresql.", byDefault = "{}")
        Map<String, String> dialects,

        @Setting(
                doc = "Instead of sql: the table to insert into, one column per parameter.",
                byDefault = Setting.ABSENT)
        @Nullable
        InsertFile insert,

        @Setting(doc = "One sentence for the API description.", byDefault = "")
        String summary,

        @Setting(doc = "Scopes a caller must have besides those of the resource.", byDefault = "[]")
        List<String> scopes,

        @Setting(doc = "Every ':name' of the SQL.", byDefault = "{}")
        Map<String, ParameterFile> params,

        @Setting(doc = "Whether the body may be a list, written as one transaction.", byDefault = "false")
        boolean batch,

        @Setting(doc = "Whether 404 is answered when no row was there.", byDefault = "false")
        boolean single,

        @Setting(doc = "Columns of generated keys to give back to 'Prefer: return=representation'.", byDefault = "[]")
        List<String> generatedKeys) {

    /** Refuses what contradicts itself. */
    public WriteFile {
        if ((insert == null) == sql.isEmpty()) {
            throw new InvalidSetting("sql", "exactly one of 'sql' and 'insert' must be given");
        }
        if (insert != null && params.isEmpty()) {
            throw new InvalidSetting("params", "are the columns to insert; name at least one");
        }
    }

    /** Rows to insert into a table, with what to do about those that are there already. */
    public record InsertFile(
            @Setting(doc = "Name of the table, with its schema if needed.")
            String table,

            @Setting(
                    doc =
                            "Columns of its primary key; with them 'Prefer: resolution=merge-duplicates' and 'ignore-duplicates' work.",
                    byDefault = "[]")
            List<String> key) {

        /** Refuses a table that is not a plain name: it goes into SQL. */
        public InsertFile {
            if (!table.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?")) {
                throw new InvalidSetting("table", "'" + table + "' must be a plain name, or schema and name");
            }
        }
    }
}
