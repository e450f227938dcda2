package io.sluice.gateway.auth;

/**
 * Tokens that were ended before their time. Thread-safe, and never blocks.
 *
 * <p>What holds a connection open for a token subscribes, checks once more after subscribing, and closes the subscription with the connection:
 *
 * <pre>
 * Revocations.Watch watch = revocations.watch(principal, () -&gt; context.runOnContext(now -&gt; session.close(4001, "token revoked")));
 * </pre>
 */
public interface Revocations {

    /** Nothing is ever revoked. */
    Revocations NONE = new Revocations() {
        @Override
        public boolean isRevoked(Principal principal) {
            return false;
        }

        @Override
        public Watch watch(Principal principal, Runnable onRevoked) {
            return () -> {};
        }
    };

    /** Whether the token of this principal, its grant or its subject was revoked. */
    boolean isRevoked(Principal principal);

    /**
     * Tells when that becomes so. At most once, on the thread that revokes, which it must not block; at once, on the calling thread, if it is so already.
     *
     * @return to be closed when it is of no interest any more
     */
    Watch watch(Principal principal, Runnable onRevoked);

    /** A subscription. */
    interface Watch extends AutoCloseable {
        /** Ends it; may be called twice. */
        @Override
        void close();
    }
}
