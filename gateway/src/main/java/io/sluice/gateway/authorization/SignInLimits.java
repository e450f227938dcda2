package io.sluice.gateway.authorization;

import java.time.Clock;
import java.time.Duration;

/**
 * How often passwords may be tried: per user and address, per address whoever it tries to be, and per user from wherever. The last is the highest, so that one stranger
 * alone cannot lock a user out. Thread-safe.
 */
final class SignInLimits {

    /** For one user from one address. */
    static final int PER_USER_AND_ADDRESS = 10;

    /** For one address. */
    static final int PER_ADDRESS = 50;

    /** For one user. */
    static final int PER_USER = 100;

    /** In which they are counted. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    private final FailedAttempts both;
    private final FailedAttempts address;
    private final FailedAttempts user;

    SignInLimits(Clock clock) {
        this.both = new FailedAttempts(clock, PER_USER_AND_ADDRESS, WINDOW);
        this.address = new FailedAttempts(clock, PER_ADDRESS, WINDOW);
        this.user = new FailedAttempts(clock, PER_USER, WINDOW);
    }

    boolean mayTry(String name, String from) {
        return both.wait(name, from).isZero()
                && address.wait("", from).isZero()
                && user.wait(name, "").isZero();
    }

    void failed(String name, String from) {
        both.failed(name, from);
        address.failed("", from);
        user.failed(name, "");
    }

    /** Whoever knows the password starts anew; what others tried stays counted. */
    void succeeded(String name, String from) {
        both.forgive(name, from, PER_USER_AND_ADDRESS);
        address.forgive("", from, 1);
        user.forgive(name, "", 1);
    }
}
