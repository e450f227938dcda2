package io.sluice.siddhi.kit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** Looks whether an address can be listened on, by doing so for an instant. */
public final class PortProbe {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(10);

    private PortProbe() {}

    /**
     * Returns when nobody listens on the address. Waits up to a second, because a port stays taken for some milliseconds after its server has
     * reported that it is closed, longer than a redeployment takes to come back.
     *
     * @throws IOException if the port is still in use then, or at once if the address is none of this machine
     */
    public static void awaitFree(String host, int port) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
                return;
            } catch (BindException refused) {
                if (!isInUse(refused) || System.nanoTime() > deadline) {
                    throw refused;
                }
            }
            pause();
        }
    }

    /** Whether somebody else listens already, as opposed to an address that can never be listened on. */
    public static boolean isInUse(Exception refused) {
        return String.valueOf(refused.getMessage()).contains("in use");
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(STEP.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("interrupted while waiting for the port");
            stopped.initCause(interrupted);
            throw stopped;
        }
    }
}
