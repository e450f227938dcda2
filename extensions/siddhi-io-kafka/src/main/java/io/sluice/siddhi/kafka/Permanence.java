package io.sluice.siddhi.kafka;

import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Tells trouble that only a person can mend from trouble that goes away. */
final class Permanence {

    /** What Kafka says while no host of {@code bootstrap.servers} can be resolved: a name that may well come up later. */
    private static final String UNRESOLVED = "No resolvable bootstrap urls";

    private Permanence() {}

    /** Whether trying again is useless. */
    static boolean of(Throwable trouble) {
        for (@Nullable Throwable cause = trouble; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException
                    || cause instanceof InvalidTopicException
                    || cause instanceof InvalidOffsetException
                    || cause instanceof InvalidGroupIdException
                    || cause instanceof InconsistentGroupProtocolException
                    || cause instanceof FencedInstanceIdException
                    || cause instanceof UnsupportedVersionException) {
                return true;
            }
            if (cause instanceof ConfigException) {
                return !String.valueOf(cause.getMessage()).contains(UNRESOLVED);
            }
        }
        return false;
    }
}
