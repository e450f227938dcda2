package io.sluice.runner.state;

/**
 * The state of one part of an app that is kept or dropped as a whole: a query, a named window, a table, a source, a sink.
 *
 * @param key names the part within its app; does not change when other parts do
 * @param label for a person, for example {@code query 'totals'}
 * @param fingerprint hash of the part's text and of the definitions it uses; state fits only what has the same
 * @param content as {@link SectionWriter} encodes it; must not be changed
 */
public record Section(String key, String label, String fingerprint, byte[] content) {}
