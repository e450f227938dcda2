package io.sluice.gateway.authorization;

import io.sluice.gateway.accounts.Grants;
import io.sluice.gateway.accounts.RevocationLog;
import io.sluice.gateway.auth.RevocationList;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** Ends tokens before their time: written to the database first, then told to everybody in this process, so that what was told survives a restart. Thread-safe. */
final class Ending {

    private final AccountThreads threads;
    private final RevocationLog log;
    private final RevocationList list;
    private final Grants grants;
    private final Supplier<String> issuer;
    private final Duration tokenLifetime;
    private final Clock clock;

    /** @param tokenLifetime how long an access token can be good, which is how long its revocation is kept */
    Ending(
            AccountThreads threads,
            RevocationLog log,
            RevocationList list,
            Grants grants,
            Supplier<String> issuer,
            Duration tokenLifetime,
            Clock clock) {
        this.threads = threads;
        this.log = log;
        this.list = list;
        this.grants = grants;
        this.issuer = issuer;
        this.tokenLifetime = tokenLifetime;
        this.clock = clock;
    }

    /** Reads what was ended before the restart. Blocks. */
    void load() {
        log.current(clock.instant()).forEach(entry -> list.revoke(entry.id(), entry.revokedAt(), entry.expiresAt()));
    }

    /** One access token. */
    Future<Void> token(String tokenId) {
        return end(RevocationList.token(issuer.get(), tokenId), () -> {});
    }

    /** A grant with all its tokens. */
    Future<Void> grant(String grantId) {
        return end(RevocationList.grant(issuer.get(), grantId), () -> grants.revoke(grantId));
    }

    /** All tokens and grants of a user until now. */
    Future<Void> subject(String subject) {
        return end(RevocationList.subject(issuer.get(), subject), () -> grants.revokeAllOf(subject));
    }

    private Future<Void> end(String id, Runnable more) {
        Instant now = clock.instant();
        Instant until = now.plus(tokenLifetime);
        return threads.run(() -> {
            more.run();
            log.add(new RevocationLog.Entry(id, now, until));
            list.revoke(id, now, until);
            return null;
        });
    }
}
