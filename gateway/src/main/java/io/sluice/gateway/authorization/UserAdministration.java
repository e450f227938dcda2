package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.sluice.gateway.accounts.Users;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Clock;

/** Adds users ({@code POST {"name":…,"password":…}}) and removes them ({@code DELETE …/name}), which ends all their tokens. */
final class UserAdministration implements JsonEndpoint.Action {

    /** Shorter passwords are guessed (NIST SP 800-63B). */
    static final int MIN_PASSWORD = 12;

    static final int MAX_PASSWORD = 256;

    private final Users users;
    private final AccountThreads threads;
    private final Ending ending;
    private final Clock clock;

    UserAdministration(Users users, AccountThreads threads, Ending ending, Clock clock) {
        this.users = users;
        this.threads = threads;
        this.ending = ending;
        this.clock = clock;
    }

    @Override
    public Future<JsonObject> answer(HttpServerRequest request, JsonObject body) throws OAuthError {
        return request.method() == HttpMethod.DELETE ? remove(request) : add(body);
    }

    private Future<JsonObject> add(JsonObject body) throws OAuthError {
        if (!(body.getValue("name") instanceof String name) || !name.matches("[A-Za-z0-9._@+-]{1,64}")) {
            throw invalid("name must be 1 to 64 letters, digits or . _ @ + -");
        }
        if (!(body.getValue("password") instanceof String password)
                || password.length() < MIN_PASSWORD
                || password.length() > MAX_PASSWORD) {
            throw invalid("password must have " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters");
        }
        return threads.run(() -> users.add(name, password, clock.instant()))
                .compose(added -> added
                        ? Future.succeededFuture(new JsonObject().put("name", name))
                        : Future.failedFuture(
                                OAuthError.of(409, OAuth2Error.INVALID_REQUEST_CODE, "there is a user of this name")));
    }

    private Future<JsonObject> remove(HttpServerRequest request) {
        String name = request.path().substring(request.path().lastIndexOf('/') + 1);
        return threads.run(() -> users.remove(name))
                .compose(removed -> removed
                        ? ending.subject(name).map(done -> new JsonObject().put("name", name))
                        : Future.failedFuture(
                                OAuthError.of(404, OAuth2Error.INVALID_REQUEST_CODE, "there is no user of this name")));
    }

    private static OAuthError invalid(String description) {
        return OAuthError.badRequest(OAuth2Error.INVALID_REQUEST_CODE, description);
    }
}
