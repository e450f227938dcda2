package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;

/**
 * Where events that could not be processed are kept.
 *
 * @param folder a relative path starts at the home folder
 * @param fileMebibytes size at which an app's file is rotated
 * @param files files kept per app, the one being written included
 */
public record ErrorStoreConfig(
        @Setting(doc = "Folder of the error store; relative to the home folder.", byDefault = "errors")
        String folder,

        @Setting(doc = "Size in MiB at which an app's error file is closed and a new one begun.", byDefault = "16")
        int fileMebibytes,

        @Setting(
                doc = "Error files kept per app; when there would be more, the oldest is deleted, counted and"
                        + " logged.",
                byDefault = "4")
        int files) {

    /** Refuses bounds that would keep nothing. */
    public ErrorStoreConfig {
        if (folder.isBlank()) {
            throw new InvalidSetting("folder", "must not be empty");
        }
        if (fileMebibytes < 1) {
            throw new InvalidSetting("file-mebibytes", fileMebibytes + " must be at least 1");
        }
        if (files < 2) {
            throw new InvalidSetting("files", files + " must be at least 2");
        }
    }
}
