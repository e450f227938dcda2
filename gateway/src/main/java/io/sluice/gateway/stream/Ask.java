package io.sluice.gateway.stream;

import java.util.function.Predicate;

/**
 * What a client asks of a stream.
 *
 * @param start where it begins
 * @param filter which events it wants and may have
 * @param filtered whether the filter could hold anything back
 */
record Ask(Start start, Predicate<StreamEvent> filter, boolean filtered) {}
