package io.sluice.runner.errors;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where events that could not be processed are kept, and how many.
 *
 * @param dataSource name of a data source; null: an H2 database in the folder
 * @param table name of the table, made where it is not there
 * @param maxEntries entries kept
 * @param maxSize bytes kept, about
 * @param keep how long an entry is kept
 * @param folder of the database and of the files; a relative path starts at the home folder
 * @param fileSize size at which an app's file is rotated
 * @param files files kept per app, the one being written included
 */
public record ErrorStoreConfig(
        @Setting(
                doc =
                        "Data source that holds the error store. Without one it is an H2 database of its own in the folder.",
                byDefault = Setting.ABSENT)
        @Nullable
        String dataSource,

        @Setting(doc = "Table of the error store, made where it is not there.", byDefault = "SLUICE_ERRORS")
        String table,

        @Setting(
                doc = "Entries kept; when there would be more, the oldest are deleted, counted and logged.",
                byDefault = "100000")
        int maxEntries,

        @Setting(
                doc = "Size of all entries; when it would be more, the oldest are deleted, counted and logged.",
                byDefault = "1GiB")
        DataSize maxSize,

        @Setting(doc = "How long an entry is kept.", byDefault = "30d")
        Duration keep,

        @Setting(
                doc = "Folder of the H2 database, and of the files that hold entries while the database is away;"
                        + " relative to the home folder.",
                byDefault = "errors")
        String folder,

        @Setting(doc = "Size at which an app's error file is closed and a new one begun.", byDefault = "16MiB")
        DataSize fileSize,

        @Setting(
                doc = "Error files kept per app; when there would be more, the oldest is deleted, counted and"
                        + " logged.",
                byDefault = "4")
        int files) {

    private static final long SMALLEST = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");

    /** Refuses bounds that would keep nothing, and names that are none. */
    public ErrorStoreConfig {
        if (!NAME.matcher(table).matches()) {
            throw new InvalidSetting(
                    "table", "'" + table + "' must be letters, digits and underscores, with a schema and a dot before");
        }
        if (maxEntries < 100) {
            throw new InvalidSetting("max-entries", maxEntries + " must be at least 100");
        }
        if (maxSize.bytes() < SMALLEST) {
            throw new InvalidSetting("max-size", "'" + maxSize + "' must be at least 64KiB");
        }
        if (keep.isNegative() || keep.isZero()) {
            throw new InvalidSetting("keep", "'" + keep + "' must be longer than zero");
        }
        if (folder.isBlank()) {
            throw new InvalidSetting("folder", "must not be empty");
        }
        if (fileSize.bytes() < SMALLEST) {
            throw new InvalidSetting("file-size", "'" + fileSize + "' must be at least 64KiB");
        }
        if (files < 2) {
            throw new InvalidSetting("files", files + " must be at least 2");
        }
    }
}
