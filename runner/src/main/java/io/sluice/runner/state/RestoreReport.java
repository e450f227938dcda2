package io.sluice.runner.state;

import java.util.List;

/**
 * What became of a checkpoint when an app was started from it.
 *
 * @param restored the parts that continue where they were
 * @param dropped the parts of the checkpoint that begin afresh or are gone, each with the reason
 */
public record RestoreReport(List<String> restored, List<Dropped> dropped) {

    /** Nothing was there to be restored. */
    public static final RestoreReport NOTHING = new RestoreReport(List.of(), List.of());

    /**
     * A part that did not get its state back.
     *
     * @param part for a person, for example {@code query 'totals'}
     * @param reason why
     */
    public record Dropped(String part, String reason) {
        @Override
        public String toString() {
            return part + ": " + reason;
        }
    }

    /** Copies the lists. */
    public RestoreReport {
        restored = List.copyOf(restored);
        dropped = List.copyOf(dropped);
    }
}
