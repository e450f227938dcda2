package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.accounts.Users;
import io.sluice.gateway.authorization.AuthorizationAsk.Parsed;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a client's request before a user (RFC 6749, section 4.1). Signing in and allowing are one page, and nobody stays signed in: each request asks for the password. The
 * answer goes back with 303, so that no browser repeats the password (RFC 9700, section 4.12), and names the issuer (RFC 9207). Metric: {@code gateway.sign.ins} by
 * {@code result}.
 */
final class AuthorizationEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationEndpoint.class);
    private static final int MAX_NAME = 64;
    private static final int MAX_PASSWORD = 256;
    private static final String WRONG = "User or password is wrong.";

    private final Clients clients;
    private final Scopes scopes;
    private final Users users;
    private final Codes codes;
    private final PendingAsks pending;
    private final SignInLimits limits;
    private final AccountThreads threads;
    private final Supplier<String> issuer;
    private final MeterRegistry meters;

    /** What is needed to judge a request. */
    record Judging(Clients clients, Scopes scopes, Users users, SignInLimits limits) {}

    AuthorizationEndpoint(
            Judging judging,
            Codes codes,
            PendingAsks pending,
            AccountThreads threads,
            Supplier<String> issuer,
            MeterRegistry meters) {
        this.clients = judging.clients();
        this.scopes = judging.scopes();
        this.users = judging.users();
        this.limits = judging.limits();
        this.codes = codes;
        this.pending = pending;
        this.threads = threads;
        this.issuer = issuer;
        this.meters = meters;
    }

    /** GET shows the page; POST is the user's answer. */
    void handle(HttpServerRequest request) {
        if (request.method() == HttpMethod.POST) {
            FormBody.read(request)
                    .onSuccess(body -> answered(request, body))
                    .onFailure(unread -> problem(request, 400, "The form could not be read."));
            return;
        }
        request.resume();
        Parsed parsed = AuthorizationAsk.parse(
                URLUtils.parseParameters(Objects.requireNonNullElse(request.query(), "")), clients, scopes);
        if (parsed instanceof Parsed.Good good) {
            PendingAsks.Begun begun = pending.begin(good.ask());
            request.response().addCookie(cookie(begun.cookie()));
            LoginPage.ask(request.response(), good.ask(), begun.ticket(), "", null);
        } else if (parsed instanceof Parsed.ToClient toClient) {
            redirect(request.response(), refusal(toClient.redirectUri(), toClient.error(), toClient.state()));
        } else if (parsed instanceof Parsed.ToUser toUser) {
            problem(request, 400, toUser.problem());
        }
    }

    private void answered(HttpServerRequest request, String body) {
        Map<String, String> form;
        try {
            requireOwnForm(request);
            form = TokenRequest.form(body);
        } catch (OAuthError malformed) {
            problem(request, malformed.status(), "The form could not be read: " + malformed.description() + ".");
            return;
        }
        String ticket = form.getOrDefault("ticket", "");
        Cookie cookie = request.getCookie(cookieName());
        Optional<AuthorizationAsk> found = cookie == null ? Optional.empty() : pending.find(ticket, cookie.getValue());
        if (found.isEmpty()) {
            problem(
                    request,
                    400,
                    "This page is too old or of another browser. Go back to the application and begin again.");
        } else if ("allow".equals(form.get("answer"))) {
            signIn(
                    request,
                    new Attempt(found.get(), ticket, form.getOrDefault("user", ""), form.getOrDefault("password", "")));
        } else {
            pending.end(ticket);
            count("denied");
            AuthorizationAsk ask = found.get();
            redirect(request.response(), refusal(ask.redirectUri(), OAuth2Error.ACCESS_DENIED, ask.state()));
        }
    }

    private record Attempt(AuthorizationAsk ask, String ticket, String user, String password) {
        @Override
        public String toString() {
            return "Attempt[" + ask.client().id() + "]";
        }
    }

    private void signIn(HttpServerRequest request, Attempt attempt) {
        String address = request.remoteAddress().hostAddress();
        if (!limits.mayTry(attempt.user(), address)) {
            count("limited");
            page(request, attempt, "Too many attempts. Wait a while and try again.");
            return;
        }
        if (attempt.user().length() > MAX_NAME || attempt.password().length() > MAX_PASSWORD) {
            limits.failed("", address);
            page(request, attempt, WRONG);
            return;
        }
        limits.failed(attempt.user(), address); // counted before the slow check, so that attempts at once count too
        threads.run(() -> users.knows(attempt.user(), attempt.password()))
                .onSuccess(known -> {
                    if (known) {
                        limits.succeeded(attempt.user(), address);
                        allow(request, attempt);
                    } else {
                        count("wrong");
                        LOG.atInfo().addKeyValue("remote", address).log("sign-in refused");
                        page(request, attempt, WRONG);
                    }
                })
                .onFailure(broken -> {
                    if (!(broken instanceof OAuthError)) {
                        LOG.atError().setCause(broken).log("sign-in could not be checked");
                    }
                    problem(request, 503, "Signing in is not possible now. Try again in a moment.");
                });
    }

    private void allow(HttpServerRequest request, Attempt attempt) {
        AuthorizationAsk ask = attempt.ask();
        if (!pending.end(attempt.ticket())) {
            problem(request, 400, "This page was answered already.");
            return;
        }
        Optional<String> code = codes.make(new Codes.Approval(
                ask.client().id(),
                ask.redirectUriSent(),
                ask.challenge(),
                attempt.user(),
                ask.scopes(),
                UUID.randomUUID().toString(),
                ask.keyThumbprint()));
        if (code.isEmpty()) {
            redirect(request.response(), refusal(ask.redirectUri(), OAuth2Error.TEMPORARILY_UNAVAILABLE, ask.state()));
            return;
        }
        count("allowed");
        redirect(
                request.response(),
                new AuthorizationSuccessResponse(
                                ask.redirectUri(),
                                new AuthorizationCode(code.get()),
                                null,
                                ask.state(),
                                new Issuer(issuer.get()),
                                ResponseMode.QUERY)
                        .toURI());
    }

    /** Beside ticket and cookie: a browser says where a form comes from. */
    private void requireOwnForm(HttpServerRequest request) throws OAuthError {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String own = originOf(URI.create(issuer.get()));
        if (origin != null && !origin.equals(own) && !sameLoopback(origin, own)) {
            throw OAuthError.of(403, OAuth2Error.INVALID_REQUEST_CODE, "it comes from another site");
        }
    }

    private static boolean sameLoopback(String origin, String own) {
        return own.startsWith("http://127.0.0.1") && origin.equals(own.replace("127.0.0.1", "localhost"));
    }

    private static String originOf(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private void page(HttpServerRequest request, Attempt attempt, String problem) {
        if (!request.response().closed()) {
            LoginPage.ask(request.response(), attempt.ask(), attempt.ticket(), attempt.user(), problem);
        }
    }

    private static void problem(HttpServerRequest request, int status, String text) {
        if (!request.response().closed() && !request.response().headWritten()) {
            LoginPage.problem(request.response(), status, text);
        }
    }

    private URI refusal(URI redirectUri, ErrorObject error, @Nullable State state) {
        return new AuthorizationErrorResponse(redirectUri, error, state, new Issuer(issuer.get()), ResponseMode.QUERY)
                .toURI();
    }

    private static void redirect(HttpServerResponse response, URI target) {
        response.setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, target.toString())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .end();
    }

    private Cookie cookie(String value) {
        return Cookie.cookie(cookieName(), value)
                .setPath(secure() ? "/" : AuthorizationServer.AUTHORIZE_PATH) // __Host- wants the root
                .setHttpOnly(true)
                .setSecure(secure())
                .setSameSite(CookieSameSite.STRICT)
                .setMaxAge(PendingAsks.LIFETIME.toSeconds());
    }

    private String cookieName() {
        return secure() ? "__Host-sluice-sign-in" : "sluice-sign-in";
    }

    private boolean secure() {
        return issuer.get().startsWith("https:");
    }

    private void count(String result) {
        meters.counter("gateway.sign.ins", "result", result).increment();
    }
}
