package io.sluice.runner.admin;

import io.sluice.common.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds out who calls: Basic (RFC 7617) with the users of the configuration, Bearer (RFC 6750) with whatever judges tokens here. */
final class Authentication {

    private static final int LONGEST = 8192;

    private final AdminUsers users;
    private final TokenPermissions tokens;

    Authentication(AdminUsers users, TokenPermissions tokens) {
        this.users = users;
        this.tokens = tokens;
    }

    /** The caller; fails with a {@link ProblemException}. On an event loop. */
    Future<Caller> of(HttpServerRequest request) {
        if (isCrossSite(request)) {
            return Future.failedFuture(new ProblemException(
                            AdminError.CROSS_SITE, "a page of another site made this browser call the admin API")
                    .hint("Call it from a program, or from a page of the same address."));
        }
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || header.isBlank()) {
            return missing("the request has no Authorization header");
        }
        String[] parts = header.strip().split(" +", 2);
        if (parts.length != 2 || parts[1].length() > LONGEST) {
            return missing("the Authorization header cannot be read");
        }
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "basic" -> basic(parts[1]);
            case "bearer" -> tokens.of(parts[1]).compose(Authentication::granted);
            default -> missing("the Authorization header is neither Basic nor Bearer");
        };
    }

    private Future<Caller> basic(String credentials) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException damaged) {
            return missing("the Basic credentials are not base64");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return missing("the Basic credentials have no colon");
        }
        Caller known = users.find(text.substring(0, colon), text.substring(colon + 1));
        return known == null ? refused("user or password is wrong") : Future.succeededFuture(known);
    }

    private static Future<Caller> granted(TokenPermissions.Answer answer) {
        if (answer instanceof TokenPermissions.Granted good) {
            return Future.succeededFuture(new Caller(good.subject(), good.scopes()));
        }
        if (answer instanceof TokenPermissions.Refused bad) {
            return refused(bad.reason());
        }
        if (answer instanceof TokenPermissions.Unavailable unknown) {
            return Future.failedFuture(new ProblemException(AdminError.TOKENS_UNAVAILABLE, unknown.reason())
                    .retryAfter(unknown.retryAfter()));
        }
        throw new AssertionError("answer not handled: " + answer);
    }

    /** Browsers send remembered Basic credentials also for a form on a stranger's page; they say so in these headers. */
    private static boolean isCrossSite(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return true;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin != null && !sameHost(origin, request.authority());
    }

    private static boolean sameHost(String origin, @Nullable HostAndPort own) {
        try {
            return own != null
                    && own.toString().equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Future<Caller> missing(String detail) {
        return Future.failedFuture(new ProblemException(AdminError.NO_CREDENTIALS, detail)
                .hint("Send user and password of runner.admin.users, or of the file secrets/admin below home, with"
                        + " Authorization: Basic; or a token with Authorization: Bearer."));
    }

    private static Future<Caller> refused(String detail) {
        return Future.failedFuture(new ProblemException(AdminError.BAD_CREDENTIALS, detail)
                .hint("User and password are those of runner.admin.users, or `admin` and the content of the file"
                        + " secrets/admin below home."));
    }
}
