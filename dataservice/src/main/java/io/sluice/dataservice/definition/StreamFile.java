package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says that rows are only ever added, so that a client can follow them: the snapshot first, then what comes. */
public record StreamFile(
        @Setting(
                doc =
                        "Whole-number column that grows with every row, unique and never NULL, such as an auto-increment key.")
        String by,

        @Setting(
                doc = "Timestamp column of the result that says how old a row is, for the header Stream-Lag-Ms.",
                byDefault = Setting.ABSENT)
        @Nullable
        String at,

        @Setting(
                doc =
                        "The longest a transaction may take from drawing its number in 'by' to its commit: live rows wait as"
                                + " long, and one that takes longer can be missed. 0s only where a single writer commits in order.",
                byDefault = "1s")
        Duration settle,

        @Setting(
                doc = "Pause between two looks at the table while rows come; up to eight times as long while none do.",
                byDefault = "250ms")
        Duration poll) {

    private static final long MAX_SETTLE_MILLIS = 300_000;

    /** Validates the times. */
    public StreamFile {
        if (settle.isNegative() || settle.toMillis() > MAX_SETTLE_MILLIS) {
            throw new InvalidSetting("settle", "must be between 0s and 5m");
        }
        if (poll.toMillis() < 50 || poll.toMillis() > 60_000) {
            throw new InvalidSetting("poll", "must be between 50ms and 60s");
        }
    }
}
