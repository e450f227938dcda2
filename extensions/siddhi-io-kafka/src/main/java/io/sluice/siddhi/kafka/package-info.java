/** Siddhi source and sink for Kafka. */
@NullMarked
package io.sluice.siddhi.kafka;

import org.jspecify.annotations.NullMarked;
