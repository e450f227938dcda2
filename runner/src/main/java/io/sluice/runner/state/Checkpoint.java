package io.sluice.runner.state;

import java.util.List;

/**
 * The whole state of an app at one instant, between two of its items. Self-contained: it can be written, sent and restored elsewhere.
 *
 * @param header when and of what
 * @param sections the state of the parts of the app that have any
 */
public record Checkpoint(CheckpointHeader header, List<Section> sections) {

    /** Copies the list. */
    public Checkpoint {
        sections = List.copyOf(sections);
    }

    /** Its number, as in {@link CheckpointHeader#revision}. */
    public String revision() {
        return header.revision();
    }

    /** Bytes of state, without the header. */
    public long size() {
        return sections.stream().mapToLong(section -> section.content().length).sum();
    }
}
