package io.sluice.siddhi.kafka;

/** How offsets reach the broker. */
enum CommitMode {
    /** Never ({@code enable.offsets.commit='false'}). */
    NONE,
    /** The poll thread waits for each commit ({@code enable.async.commit='false'}). */
    SYNC,
    /** Commits overlap with polling; one at a time, a few per second (the default). */
    ASYNC,
    /** The Kafka client commits what it polled, processed or not ({@code enable.auto.commit:true} in {@code optional.configuration}). */
    CLIENT
}
