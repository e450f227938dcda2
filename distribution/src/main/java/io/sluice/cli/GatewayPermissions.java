package io.sluice.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.InvalidSetting;
import io.sluice.common.LocalAddress;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.auth.IssuerConfig;
import io.sluice.gateway.auth.JwtVerifier;
import io.sluice.gateway.auth.RemoteKeys;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.auth.TrustedIssuer;
import io.sluice.runner.admin.TokenPermissions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the admin API of the runner believe the tokens that the gateway believes: their scopes are its permissions. */
final class GatewayPermissions implements TokenPermissions {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayPermissions.class);

    private final TokenVerifier verifier;

    private GatewayPermissions(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /** With the gateway of this process, which may start later. */
    static TokenPermissions of(Gateway beside) {
        return new GatewayPermissions(beside::verify);
    }

    /**
     * With a gateway in another process: by the published keys of its issuers, or of its built-in authorization server. What that revokes counts here until it expires.
     *
     * @param identity how the gateway names itself, where that is not its configured address
     */
    static TokenPermissions of(GatewayConfig gateway, IdentityConfig identity, Vertx vertx, MeterRegistry meters) {
        List<IssuerConfig> issuers = new ArrayList<>(gateway.issuers());
        if (issuers.isEmpty() && gateway.authorizationServer().enabled()) {
            try {
                issuers.add(builtIn(gateway, identity));
            } catch (InvalidSetting unsafe) {
                LOG.atWarn()
                        .addKeyValue("reason", unsafe.getMessage())
                        .log("the runner takes no bearer tokens: name the gateway with identity.issuer");
            }
        }
        if (issuers.isEmpty()) {
            return TokenPermissions.NONE;
        }
        Clock clock = Clock.systemUTC();
        HttpClient client = vertx.createHttpClient(); // closed with the event loops
        List<TrustedIssuer> trusted = issuers.stream()
                .map(issuer -> TrustedIssuer.of(issuer, new RemoteKeys(client, issuer, clock, meters)))
                .toList();
        return new GatewayPermissions(new JwtVerifier(trusted, clock, meters));
    }

    private static IssuerConfig builtIn(GatewayConfig gateway, IdentityConfig identity) {
        String issuer = Objects.requireNonNullElseGet(
                identity.issuer(),
                () -> Objects.requireNonNullElseGet(
                                gateway.publicUrl(), () -> LocalAddress.of("http", gateway.host(), gateway.port()))
                        .toString());
        URI keys = Objects.requireNonNullElseGet(identity.jwksUri(), () -> URI.create(issuer + "/oauth2/jwks"));
        List<String> audience = List.of(gateway.authorizationServer().audience());
        List<String> algorithms = List.of(gateway.authorizationServer().algorithm());
        return new IssuerConfig(issuer, audience, keys, algorithms, false, Duration.ZERO);
    }

    @Override
    public Future<Answer> of(String token) {
        return verifier.verify(token).map(GatewayPermissions::answer);
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
