package io.sluice.runner;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;

/**
 * How much an app lets its sources hand over before they have to wait.
 *
 * @param batches batches that wait in one app
 * @param batchesPerSource batches of one source thread that wait in one app
 */
public record InboxConfig(
        @Setting(
                doc = "Batches that may wait for one app, from all its sources; then the sources wait.",
                byDefault = "64")
        int batches,

        @Setting(
                doc = "Batches of one source thread that may wait for its app, the one in work included.",
                byDefault = "4")
        int batchesPerSource) {

    /** Refuses bounds below 1. */
    public InboxConfig {
        if (batches < 1) {
            throw new InvalidSetting("batches", batches + " must be at least 1");
        }
        if (batchesPerSource < 1) {
            throw new InvalidSetting("batches-per-source", batchesPerSource + " must be at least 1");
        }
    }
}
