package io.sluice.gateway.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.common.HealthChecks;
import io.sluice.common.ProblemException;
import io.sluice.gateway.api.IdentityHeader;
import io.sluice.gateway.api.RestApi;
import io.sluice.gateway.auth.IdentityIssuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One REST API at work, in two steps: {@link #prepare} looks at the request alone, {@link #forward} sends it to the upstream and the answer back. Between the
 * two the gateway checks the token. May be used from any event loop; a call stays on the one it came in on.
 */
public final class RestRoute {

    private static final Logger LOG = LoggerFactory.getLogger(RestRoute.class);
    private static final int MAX_HEADER_BYTES = 32 * 1024;

    /** Shorter than servers keep idle connections, so that a call seldom meets one that is being closed. */
    private static final int KEEP_ALIVE_SECONDS = 15;

    private final RestApi api;
    private final Operations operations;
    private final CorsRules cors;
    private final RestUpstream upstream;
    private final @Nullable IdentityStatements identity;

    /**
     * Connects to nothing yet.
     *
     * @param signer signs the identity header; may be null if the API has none
     */
    public RestRoute(RestApi api, Vertx vertx, MeterRegistry registry, Clock clock, @Nullable IdentityIssuer signer) {
        this.api = api;
        this.operations = new Operations(api);
        this.cors = new CorsRules(api.cors());
        IdentityHeader header = api.identityHeader();
        if (header != null && signer == null) {
            throw new IllegalArgumentException("API '" + api.name() + "' has an identity header and nobody to sign it");
        }
        this.identity =
                header == null || signer == null ? null : new IdentityStatements(header, api.name(), signer, clock);
        RestMeters meters = new RestMeters(registry, api.name());
        CircuitBreaker breaker = new CircuitBreaker(api.breaker(), clock, state -> turned(api, meters, state));
        meters.watch(breaker);
        this.upstream = new RestUpstream(
                api,
                vertx,
                client(api, vertx),
                breaker,
                new HeaderRules(api),
                new PathRule(api),
                new Faults(api),
                meters);
    }

    /** The API's file. */
    public RestApi api() {
        return api;
    }

    /** Up unless the breaker is open; half open counts as up, so that a call can come and try. */
    public HealthChecks.State state() {
        CircuitBreaker.State breaker = upstream.breaker().state();
        String detail = switch (breaker) {
            case CLOSED -> "upstream answers or has not been asked";
            case HALF_OPEN -> "upstream failed, the next call tries it again";
            case OPEN -> "upstream failed " + api.breaker().failures() + " times in a row, calls are refused";
        };
        return new HealthChecks.State(breaker != CircuitBreaker.State.OPEN, detail);
    }

    /**
     * Looks at the request; answers a CORS pre-flight itself. Puts the CORS headers on the response, whatever it will be. To be called on the request's
     * event loop, before any body is read.
     *
     * @return the call; empty if it is answered already
     * @throws ProblemException why it is refused
     */
    public Optional<RestCall> prepare(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        cors.mark(request.headers(), response.headers());
        MessageRules.require(request, api.limits().headers());
        String host = MessageRules.host(request);
        long bodyLength = MessageRules.bodyLength(request);
        RequestTarget target = RequestTarget.parse(request.uri(), host);
        List<String> segments = target.segmentsBelow(api.path());
        String method = request.method().name();
        if (cors.isPreflight(method, request.headers())) {
            preflight(request, segments);
            return Optional.empty();
        }
        Operations.Match match = operations.find(method, segments);
        if (match instanceof Operations.Match.Found found) {
            return Optional.of(new RestCall(request, target, host, bodyLength, found.scopes()));
        }
        if (match instanceof Operations.Match.NoMethod noMethod) {
            response.putHeader("Allow", String.join(", ", noMethod.allowed()));
            throw new ProblemException(
                            RestError.METHOD_NOT_ALLOWED, "this operation does not have the method of the request")
                    .hint("Use one of " + noMethod.allowed() + ".");
        }
        throw noOperation();
    }

    /**
     * Sends the call to the upstream and its answer to the client.
     *
     * @param call what {@link #prepare} gave
     * @param caller who calls, null on a public API
     * @param requestId goes to the upstream too
     * @param refuse answers the client with a problem; called at most once, before anything else was written
     */
    public void forward(RestCall call, @Nullable Caller caller, String requestId, Consumer<ProblemException> refuse) {
        String statement = identity == null || caller == null ? null : identity.of(caller);
        RequestHead head = new RequestHead(upstream, call, statement, requestId);
        new Forwarding(upstream, call, head, RandomGenerator.getDefault(), refuse).start();
    }

    /** Lets the calls that are under way finish, for so long, then cuts them. */
    public Future<Void> close(Duration atMost) {
        upstream.meters().close();
        return upstream.client().shutdown(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void preflight(HttpServerRequest request, List<String> segments) {
        Operations.Match match = operations.find("", segments); // no method is called so: tells those that are
        if (match instanceof Operations.Match.NoPath) {
            throw noOperation();
        }
        Set<String> allowed = match instanceof Operations.Match.NoMethod declared ? declared.allowed() : null;
        HttpServerResponse response = request.response();
        cors.preflight(request.headers(), response.headers(), allowed);
        response.setStatusCode(204).end();
        upstream.meters().answered(204);
    }

    private static ProblemException noOperation() {
        return new ProblemException(
                        RestError.NO_SUCH_OPERATION, "the API is there, but it has no operation at this path")
                .hint("Check the path behind the version.");
    }

    private static void turned(RestApi api, RestMeters meters, CircuitBreaker.State state) {
        if (state == CircuitBreaker.State.OPEN) {
            meters.breakerOpened();
            LOG.atWarn()
                    .addKeyValue("api", api.name())
                    .addKeyValue("upstream", api.upstream())
                    .addKeyValue("retryIn", api.breaker().openFor())
                    .log("upstream failed too often, calls are refused for a while");
        } else {
            LOG.atInfo()
                    .addKeyValue("api", api.name())
                    .addKeyValue("upstream", api.upstream())
                    .log("upstream answers again");
        }
    }

    private static HttpClient client(RestApi api, Vertx vertx) {
        return vertx.httpClientBuilder()
                .with(clientOptions(api))
                .with(poolOptions(api))
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> LOG.atDebug()
                        .addKeyValue("api", api.name())
                        .addKeyValue("error", broken.toString())
                        .log("upstream connection broke")))
                .build();
    }

    private static HttpClientOptions clientOptions(RestApi api) {
        URI address = api.upstream();
        boolean secure = "https".equals(address.getScheme());
        String host = address.getHost().startsWith("[")
                ? address.getHost().substring(1, address.getHost().length() - 1)
                : address.getHost();
        return new HttpClientOptions()
                .setDefaultHost(host)
                .setDefaultPort(address.getPort() > 0 ? address.getPort() : secure ? 443 : 80)
                .setSsl(secure)
                .setConnectTimeout((int) api.timeouts().connect().toMillis())
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setDecompressionSupported(false);
    }

    private static PoolOptions poolOptions(RestApi api) {
        return new PoolOptions()
                .setHttp1MaxSize(api.limits().connections())
                .setMaxWaitQueueSize(api.limits().waiting());
    }
}
