package io.sluice.gateway.authorization;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.accounts.AccountsConfig;
import io.sluice.gateway.accounts.ApiKeys;
import io.sluice.gateway.accounts.Database;
import io.sluice.gateway.accounts.Grants;
import io.sluice.gateway.accounts.PasswordHash;
import io.sluice.gateway.accounts.RegisteredClients;
import io.sluice.gateway.accounts.RevocationLog;
import io.sluice.gateway.accounts.Users;
import io.sluice.gateway.auth.DpopProofs;
import io.sluice.gateway.auth.JwtVerifier;
import io.sluice.gateway.auth.RevocationList;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.auth.TrustedIssuer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of the authorization server, wired. Made and closed by {@link AuthorizationServer}; {@link #open} blocks on disk and database. */
final class Endpoints implements AutoCloseable {

    /** What a path answers. */
    record Route(Set<HttpMethod> methods, Consumer<HttpServerRequest> action) {}

    /**
     * What the parts are made from.
     *
     * @param issuer asked at each use
     * @param base the address of the server, without slash at the end
     */
    record Setting(
            AuthorizationServerConfig config,
            Path home,
            Vertx vertx,
            Supplier<String> issuer,
            Supplier<String> base,
            Supplier<Set<String>> knownScopes,
            RevocationList revocations,
            int passwordIterations,
            Clock clock,
            MeterRegistry meters) {}

    private final Setting setting;
    private final SecretFolder folder;
    private final SigningKeys keys;
    private final AccessTokens tokens;
    private final Database database;
    private final AccountThreads threads;
    private final SecureRandom random = new SecureRandom();
    private final Clients clients;
    private final ApiKeyRing apiKeys;
    private final Map<String, Route> routes = new LinkedHashMap<>();

    static Endpoints open(Setting setting) throws IOException {
        SecretFolder folder = SecretFolder.open(setting.home());
        Database database = Database.open(setting.config().database(), setting.home());
        try {
            return new Endpoints(setting, folder, database);
        } catch (IOException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    private Endpoints(Setting setting, SecretFolder folder, Database database) throws IOException {
        AuthorizationServerConfig config = setting.config();
        AccountsConfig pool = config.database();
        this.setting = setting;
        this.folder = folder;
        this.database = database;
        this.keys = SigningKeys.load(folder, JWSAlgorithm.parse(config.algorithm()));
        this.clients = Clients.load(config.clients(), folder, random);
        this.tokens = new AccessTokens(keys.signing(), config, setting.clock());
        this.threads = new AccountThreads(setting.vertx(), pool.poolSize());
        Grants grants = new Grants(database);
        Ending ending = new Ending(
                threads,
                new RevocationLog(database),
                setting.revocations(),
                grants,
                setting.issuer(),
                config.tokenLifetime(),
                setting.clock());
        this.apiKeys =
                new ApiKeyRing(new ApiKeys(database), threads, ending, setting.issuer(), random, setting.clock());
        ending.load();
        apiKeys.load();
        grants.forgetExpired(setting.clock().instant());
        wire(grants, ending);
    }

    private void wire(Grants grants, Ending ending) throws IOException {
        Clock clock = setting.clock();
        Codes codes = new Codes(random, clock);
        Scopes scopes = new Scopes(setting.knownScopes());
        Users users = new Users(database, new PasswordHash(random, setting.passwordIterations()));
        ClientCheck check = new ClientCheck(clients, new FailedAttempts(clock), setting.issuer(), clock);
        // what is asked about here is no use of the gateway: its meters do not count it
        TokenVerifier own =
                new JwtVerifier(List.of(trusted()), setting.revocations(), clock, new SimpleMeterRegistry());
        AdministrationToken administration = AdministrationToken.load(folder, random, new FailedAttempts(clock));
        TokenEndpoint.Issuing issuing = new TokenEndpoint.Issuing(
                tokens,
                setting.issuer(),
                setting.base(),
                random,
                setting.config().refreshLifetime());
        form(
                AuthorizationServer.TOKEN_PATH,
                check,
                new TokenEndpoint(issuing, scopes, codes, grants, threads, ending, new DpopProofs(clock), clock),
                "gateway.token.requests");
        form(
                AuthorizationServer.REVOCATION_PATH,
                check,
                new RevocationEndpoint(own, grants, threads, ending, clock),
                "gateway.token.revocations");
        form(
                AuthorizationServer.INTROSPECTION_PATH,
                check,
                new IntrospectionEndpoint(own, grants, threads, clock),
                "gateway.token.introspections");
        AuthorizationEndpoint authorize = new AuthorizationEndpoint(
                new AuthorizationEndpoint.Judging(clients, scopes, users, new SignInLimits(clock)),
                codes,
                new PendingAsks(random, clock),
                threads,
                setting.issuer(),
                setting.meters());
        routes.put(
                AuthorizationServer.AUTHORIZE_PATH,
                new Route(Set.of(HttpMethod.GET, HttpMethod.POST), authorize::handle));
        Registration registration = new Registration(clients, new RegisteredClients(database), threads, random, clock);
        registration.load();
        if (setting.config().registration()) {
            json(AuthorizationServer.REGISTRATION_PATH, administration, registration, HttpMethod.POST);
        }
        UserAdministration people = new UserAdministration(users, threads, ending, clock);
        json(AuthorizationServer.USERS_PATH, administration, people, HttpMethod.POST);
        json(AuthorizationServer.USERS_PATH + "/", administration, people, HttpMethod.DELETE);
        json(AuthorizationServer.API_KEYS_PATH, administration, apiKeys, HttpMethod.POST);
        json(AuthorizationServer.API_KEYS_PATH + "/", administration, apiKeys, HttpMethod.DELETE);
    }

    private void form(String path, ClientCheck check, FormEndpoint.Action action, String meter) {
        FormEndpoint endpoint = new FormEndpoint(check, action, meter, setting.meters());
        routes.put(path, new Route(Set.of(HttpMethod.POST), endpoint::handle));
    }

    private void json(String path, AdministrationToken token, JsonEndpoint.Action action, HttpMethod method) {
        routes.put(path, new Route(Set.of(method), new JsonEndpoint(token, action, setting.meters())::handle));
    }

    /** The route of this path; one that ends with a slash stands for what is below it. */
    @Nullable
    Route find(String path) {
        Route exact = routes.get(path);
        return exact != null ? exact : routes.get(path.substring(0, path.lastIndexOf('/') + 1));
    }

    /** Knows API keys. */
    TokenVerifier apiKeys() {
        return apiKeys;
    }

    AccessTokens tokens() {
        return tokens;
    }

    List<JWK> publicKeys() {
        return keys.publicKeys();
    }

    TrustedIssuer trusted() {
        return AuthorizationServer.trusted(setting.config(), setting.issuer(), keys.publicKeys());
    }

    @Override
    public void close() {
        threads.close();
        database.close();
    }
}
