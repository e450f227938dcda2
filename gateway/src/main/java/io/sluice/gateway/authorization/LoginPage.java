package io.sluice.gateway.authorization;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pages that a user sees: to sign in and allow, and what went wrong. No scripts, nothing from elsewhere, never in a frame. */
final class LoginPage {

    private static final String STYLE =
            "body{font:16px system-ui,sans-serif;max-width:26em;margin:4em auto;padding:0 1em;color:#222}"
                    + "label{display:block;margin:.8em 0 .2em}input{width:100%;padding:.5em;box-sizing:border-box}"
                    + "button{margin:1em .5em 0 0;padding:.6em 1.4em}.e{color:#a00}code{word-break:break-all}";

    private static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>%s</title><meta name="viewport" content="width=device-width"><style>%s</style></head>
            <body>
            %s
            </body>
            </html>
            """;

    private static final String FORM = """
            <h1>Sign in</h1>
            <p><b>%s</b> asks for access and will send you back to <code>%s</code>.</p>
            %s
            %s
            <form method="post" action="%s">
            <input type="hidden" name="ticket" value="%s">
            <label for="u">User</label><input id="u" name="user" value="%s" autocomplete="username" maxlength="64" required autofocus>
            <label for="p">Password</label><input id="p" name="password" type="password" autocomplete="current-password" maxlength="256">
            <button name="answer" value="allow">Allow</button><button name="answer" value="deny" formnovalidate>Deny</button>
            </form>
            """;

    private LoginPage() {}

    /**
     * Asks the user.
     *
     * @param ticket ties the answer to this page
     * @param user filled in already; may be empty
     * @param problem with the last attempt, or null
     */
    static void ask(
            HttpServerResponse response, AuthorizationAsk ask, String ticket, String user, @Nullable String problem) {
        String scopes = ask.scopes().isEmpty()
                ? "<p>It asks for no scopes.</p>"
                : ask.scopes().stream()
                        .sorted()
                        .map(scope -> "<li><code>" + escaped(scope) + "</code></li>")
                        .collect(Collectors.joining("", "<p>It will be able to:</p><ul>", "</ul>"));
        String body = FORM.formatted(
                escaped(ask.client().name()),
                escaped(shown(ask.redirectUri())),
                scopes,
                problem == null ? "" : "<p class=\"e\" role=\"alert\">" + escaped(problem) + "</p>",
                AuthorizationServer.AUTHORIZE_PATH,
                escaped(ticket),
                escaped(user));
        send(response, problem == null ? 200 : 401, "Sign in", body, origin(ask.redirectUri()));
    }

    /** Says what went wrong; there is no way on from here. */
    static void problem(HttpServerResponse response, int status, String problem) {
        send(response, status, "Not possible", "<h1>Not possible</h1><p>" + escaped(problem) + "</p>", "");
    }

    private static void send(HttpServerResponse response, int status, String title, String body, String formTarget) {
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // browsers also hold the redirect after the form against form-action
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'sha256-" + hash(STYLE) + "'; form-action 'self' " + formTarget
                                + "; frame-ancestors 'none'; base-uri 'none'")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin")
                .end(FRAME.formatted(title, STYLE, body));
    }

    private static String origin(URI uri) {
        return uri.getRawAuthority() == null ? uri.getScheme() + ":" : uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static String shown(URI uri) {
        return uri.getRawAuthority() == null ? uri.getScheme() + ":" : uri.getRawAuthority();
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String hash(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
