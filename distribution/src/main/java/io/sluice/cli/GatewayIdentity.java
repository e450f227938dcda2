package io.sluice.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.LocalAddress;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.auth.IssuerConfig;
import io.sluice.gateway.auth.RemoteKeys;
import io.sluice.gateway.auth.StatementVerifier;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the check of the gateway's identity headers: with the gateway of this process, or with the published keys of one elsewhere. */
final class GatewayIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayIdentity.class);

    /** Keys are asked for this often, so that a check never waits; {@link RemoteKeys} fetches only what is old or missing. */
    private static final long KEYS_MILLIS = 5_000;

    private final IdentityConfig config;
    private final Clock clock = Clock.systemUTC();

    GatewayIdentity(IdentityConfig config) {
        this.config = config;
    }

    /**
     * With a gateway that may start later.
     *
     * @param dataService address of the data service; asked at each check
     */
    StatementVerifier of(Gateway gateway, Supplier<URI> dataService) {
        Set<String> named = Set.copyOf(config.audience());
        return new StatementVerifier(
                gateway::base,
                () -> named.isEmpty() ? gateway.apisTo(dataService.get()) : named,
                gateway.statementKeys(),
                clock);
    }

    /** With a gateway in another process, whose keys are fetched from now on until the event loops end. */
    StatementVerifier of(GatewayConfig gateway, Vertx vertx, MeterRegistry meters) {
        String issuer = Objects.requireNonNullElseGet(
                config.issuer(),
                () -> LocalAddress.of("http", gateway.host(), gateway.port()).toString());
        Set<String> audience = Set.copyOf(config.audience());
        if (audience.isEmpty()) {
            LOG.atWarn()
                    .log("identity.audience names no API, so every identity header is refused: name the APIs whose"
                            + " upstream is this data service");
        }
        URI jwks = Objects.requireNonNullElseGet(config.jwksUri(), () -> URI.create(issuer + "/oauth2/jwks"));
        IssuerConfig source = new IssuerConfig(
                issuer, List.of("identity"), jwks, List.of("ES256", "RS256"), false, Duration.ZERO); // its keys count
        RemoteKeys keys = new RemoteKeys(vertx.createHttpClient(), source, clock, meters);
        keys.find(null);
        vertx.setPeriodic(KEYS_MILLIS, tick -> keys.find(null));
        return new StatementVerifier(() -> issuer, () -> audience, keys, clock);
    }
}
