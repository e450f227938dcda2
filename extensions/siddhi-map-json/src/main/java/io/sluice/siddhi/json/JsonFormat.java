package io.sluice.siddhi.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/** The JSON that is read here and its limits. */
final class JsonFormat {

    /** Objects and arrays in one another. */
    static final int DEEPEST_NESTING = 1000;

    /** Characters of one number. */
    static final int LONGEST_NUMBER = 1000;

    /** Characters of one text value; a larger one makes the document a failed one. */
    static final int LONGEST_TEXT = 64 * 1024 * 1024;

    /** Thread-safe. Buffers are kept for each thread that reads, softly, as Jackson does by default: a shared pool costs 22 ns more for each document. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(LONGEST_TEXT)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
            .build();

    private JsonFormat() {}
}
