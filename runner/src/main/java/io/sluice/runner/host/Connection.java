package io.sluice.runner.host;

/**
 * How an app stands with one of its sources, sinks or tables.
 *
 * @param part for a person, for example {@code source 'kafka' of stream 'Orders'}
 * @param connected false while Siddhi tries again
 */
public record Connection(String part, boolean connected) {}
