package io.sluice.runner.state;

import io.siddhi.core.util.snapshot.state.StateHolder;
import java.util.Map;

/** A part of a running app with the elements that hold its state, by their stable ids. The rest as in {@link Section}. */
@SuppressWarnings("rawtypes") // Siddhi's signature
record LiveSection(String key, String label, String fingerprint, Map<String, StateHolder> elements) {}
