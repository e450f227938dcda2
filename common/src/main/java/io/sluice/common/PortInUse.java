package io.sluice.common;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** A port that could not be opened; the message says which one, why and what to do. */
public final class PortInUse extends IOException {
    private static final long serialVersionUID = 1L;

    private PortInUse(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Words a failed bind for a person.
     *
     * @param host the address as configured
     * @param port the port as configured
     * @param setting the key of the port, for example {@code management.port}; its host is taken to be the key {@code host} beside it
     * @param cause what the server said; looked at down to its root
     */
    public static PortInUse explain(String host, int port, String setting, Throwable cause) {
        String place = "port " + port + " on " + host + " ";
        String hostSetting = setting.replaceFirst("[^.]+$", "host");
        String text = switch (reasonOf(cause)) {
            case IN_USE -> place + "is already in use: stop what uses it or set " + setting;
            case NO_SUCH_ADDRESS ->
                place + "cannot be opened: this machine has no address " + host + ". Set " + hostSetting;
            case NOT_ALLOWED ->
                place + "may not be opened by this user: set " + setting + " to 1024 or more, or grant the right";
            case OTHER -> place + "cannot be opened: " + rootOf(cause) + ". Set " + setting + " or " + hostSetting;
        };
        return new PortInUse(text, cause);
    }

    private enum Reason {
        IN_USE,
        NO_SUCH_ADDRESS,
        NOT_ALLOWED,
        OTHER
    }

    /** The JDK has one exception for all; native transports have only the text of the C library. */
    private static Reason reasonOf(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            String text = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
            if (text.contains("address already in use") || text.contains("address in use")) {
                return Reason.IN_USE;
            }
            if (text.contains("permission denied")) {
                return Reason.NOT_ALLOWED;
            }
            boolean unknownName = each instanceof UnknownHostException || each instanceof UnresolvedAddressException;
            if (unknownName || text.contains("cannot assign requested address")) {
                return Reason.NO_SUCH_ADDRESS;
            }
        }
        return cause instanceof BindException ? Reason.IN_USE : Reason.OTHER;
    }

    private static Throwable rootOf(Throwable cause) {
        return cause.getCause() == null ? cause : rootOf(cause.getCause());
    }
}
