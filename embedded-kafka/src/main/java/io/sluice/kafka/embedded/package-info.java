/** A single-node Kafka broker inside this JVM. */
@NullMarked
package io.sluice.kafka.embedded;

import org.jspecify.annotations.NullMarked;
