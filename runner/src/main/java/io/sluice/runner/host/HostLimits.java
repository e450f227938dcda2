package io.sluice.runner.host;

/**
 * The bounds of one hosted app.
 *
 * @param inbox batches, or single events of sources without batches, that wait for the owner thread; a full inbox makes sources wait
 * @param batchesPerSource batches of one source thread that are handed over and not yet processed; at the bound the source thread waits
 */
public record HostLimits(int inbox, int batchesPerSource) {

    /** Refuses bounds below 1. */
    public HostLimits {
        if (inbox < 1 || batchesPerSource < 1) {
            throw new IllegalArgumentException(
                    "inbox " + inbox + " and batches per source " + batchesPerSource + " must be at least 1");
        }
    }
}
