package io.sluice.cli;

import io.sluice.gateway.Gateway;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.runner.admin.TokenPermissions;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets the admin API of the runner believe the tokens that the gateway of the same process believes: their scopes are its permissions. */
final class GatewayPermissions implements TokenPermissions {

    private final Supplier<Optional<Gateway>> gateway;

    /** @param gateway of this process, if it has one; asked at each token */
    GatewayPermissions(Supplier<Optional<Gateway>> gateway) {
        this.gateway = gateway;
    }

    @Override
    public Future<Answer> of(String token) {
        Optional<Gateway> beside = gateway.get();
        return beside.isEmpty()
                ? TokenPermissions.NONE.of(token)
                : beside.get().verify(token).map(GatewayPermissions::answer);
    }

    private static Answer answer(TokenVerdict verdict) {
        if (verdict instanceof TokenVerdict.Active active) {
            return new Granted(active.principal().subject(), active.principal().scopes());
        }
        if (verdict instanceof TokenVerdict.Inactive inactive) {
            return new Refused(inactive.reason());
        }
        if (verdict instanceof TokenVerdict.Unavailable unavailable) {
            return new Unavailable(unavailable.reason(), unavailable.retryAfter());
        }
        throw new AssertionError("verdict not known: " + verdict.getClass());
    }
}
