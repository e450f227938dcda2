package io.sluice.gateway.stream;

import io.sluice.gateway.api.StreamingApi;
import io.sluice.gateway.auth.Principal;
import io.vertx.core.Future;
import java.util.Optional;

/** Judges a token that a client hands in on an open connection. */
public interface TokenRefresh {

    /** What came out. */
    sealed interface Verdict {
        /** It is good for the API. */
        record Good(Caller.Access access) implements Verdict {}

        /** It is not; says why, without the token. */
        record Bad(String reason) implements Verdict {}
    }

    /** Never fails. */
    Future<Verdict> check(StreamingApi api, String token, String requestId);

    /** Why a good token may not take the place of another one, if so: it must speak for the same subject and client, and allow and show no less. */
    static Optional<String> fault(Principal before, Principal fresh, StreamingApi api) {
        if (!before.issuer().equals(fresh.issuer())
                || !before.subject().equals(fresh.subject())
                || !before.clientId().equals(fresh.clientId())) {
            return Optional.of("the token is of another issuer, subject or client");
        }
        if (!fresh.scopes().containsAll(before.scopes())) {
            return Optional.of("the token has fewer scopes than the one before");
        }
        return ClaimFilter.of(api.claimFilters(), before.claims())
                        .sameAs(ClaimFilter.of(api.claimFilters(), fresh.claims()))
                ? Optional.empty()
                : Optional.of("the token has other values in claims that this API filters by");
    }
}
