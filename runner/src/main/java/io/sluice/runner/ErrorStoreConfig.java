package io.sluice.runner;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;

/**
 * Where events that could not be processed are kept.
 *
 * @param folder a relative path starts at the home folder
 * @param fileSize size at which an app's file is rotated
 * @param files files kept per app, the one being written included
 */
public record ErrorStoreConfig(
        @Setting(doc = "Folder of the error store; relative to the home folder.", byDefault = "errors")
        String folder,

        @Setting(doc = "Size at which an app's error file is closed and a new one begun.", byDefault = "16MiB")
        DataSize fileSize,

        @Setting(
                doc = "Error files kept per app; when there would be more, the oldest is deleted, counted and"
                        + " logged.",
                byDefault = "4")
        int files) {

    private static final long SMALLEST = 64 * 1024;

    /** Refuses bounds that would keep nothing. */
    public ErrorStoreConfig {
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
