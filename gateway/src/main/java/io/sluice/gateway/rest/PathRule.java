package io.sluice.gateway.rest;

import io.sluice.gateway.api.RestApi;
import java.net.URI;

/** Turns a path of the API into one of the upstream, and the upstream's addresses in its answers back. */
final class PathRule {

    private final String apiPath;
    private final String stripped;
    private final String upstreamPath;
    private final String upstreamOrigin;

    PathRule(RestApi api) {
        this.apiPath = api.path();
        this.stripped = api.stripPath() ? apiPath : "";
        URI upstream = api.upstream();
        String path = upstream.getRawPath() == null ? "" : upstream.getRawPath();
        this.upstreamPath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.upstreamOrigin = upstream.getScheme() + "://" + upstream.getRawAuthority();
    }

    /** Path and query to ask the upstream for. */
    String toUpstream(RequestTarget target) {
        String path = upstreamPath + target.path().substring(stripped.length());
        String absolute = path.isEmpty() ? "/" : path;
        return target.query() == null ? absolute : absolute + "?" + target.query();
    }

    /** An address in {@code Location} as the client must ask for it; one that does not belong to the upstream stays as it is. */
    String toClient(String location) {
        boolean own = location.startsWith(upstreamOrigin)
                && (location.length() == upstreamOrigin.length() || location.charAt(upstreamOrigin.length()) == '/');
        String path = own ? location.substring(upstreamOrigin.length()) : location;
        boolean absolutePath = path.isEmpty() || path.startsWith("/") && !path.startsWith("//");
        if (!absolutePath || !isBelow(path)) {
            return location;
        }
        String mapped = stripped + path.substring(upstreamPath.length());
        return mapped.isEmpty() ? "/" : mapped;
    }

    private boolean isBelow(String path) {
        return path.startsWith(upstreamPath)
                && (path.length() == upstreamPath.length() || "/?#".indexOf(path.charAt(upstreamPath.length())) >= 0);
    }
}
