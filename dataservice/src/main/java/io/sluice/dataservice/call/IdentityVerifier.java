package io.sluice.dataservice.call;

import java.util.Map;

/** Checks a signed identity header. Called on event loops: must answer from what it holds, and not wait. */
@FunctionalInterface
public interface IdentityVerifier {
    /**
     * The claims of the caller.
     *
     * @param header the value of the header, whatever somebody sent
     * @throws IllegalArgumentException saying why it is not accepted, to be put after "the identity header", without its text
     */
    Map<String, Object> verify(String header);
}
