package io.sluice.common;

import java.net.URI;

/** Words the address at which a client on this machine reaches a server of this process. */
public final class LocalAddress {

    private LocalAddress() {}

    /**
     * For example {@code http://127.0.0.1:8080}; also where the server listens on every address, which is not one that a client can call.
     *
     * @param scheme for example {@code http}
     * @param host the address as configured, an IPv6 address with or without brackets
     * @param port the port that is bound
     */
    public static URI of(String scheme, String host, int port) {
        String reachable = switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "::1";
            default -> host;
        };
        boolean bare = reachable.contains(":") && !reachable.startsWith("[");
        return URI.create(scheme + "://" + (bare ? "[" + reachable + "]" : reachable) + ":" + port);
    }
}
