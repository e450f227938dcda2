package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.call.Identities;
import io.sluice.dataservice.call.Preferences;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.reply.DataMeters;
import io.sluice.dataservice.reply.Workers;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Serves one request of one service: checks it on the event loop, runs it on a worker, answers. */
public final class Requests {

    private final Identities identities;
    private final ReadCalls reads;
    private final WriteCalls writes;
    private final AggregationCalls aggregations;

    /**
     * @param stall how long a reader may take nothing
     * @param tails those that follow a resource
     * @param runner answers for aggregations
     */
    public Requests(
            Workers workers,
            Identities identities,
            Duration stall,
            DataMeters meters,
            Tails tails,
            RunnerQueries runner) {
        this.identities = identities;
        Submission submission = new Submission(workers);
        CallLog log = new CallLog(meters);
        this.reads = new ReadCalls(submission, stall, log, tails);
        this.writes = new WriteCalls(submission, log);
        this.aggregations = new AggregationCalls(runner, log);
    }

    /**
     * Serves a request, on the event loop of its connection.
     *
     * @param segments of the path, behind the service's name
     * @param current whether the service is still served as it is now
     * @throws ProblemException for what can be told at once
     */
    public void handle(
            HttpServerRequest request,
            Context context,
            DeployedService service,
            List<String> segments,
            BooleanSupplier current) {
        DeployedService.Match match = service.match(segments)
                .orElseThrow(() -> new ProblemException(
                                DataError.NO_SUCH_RESOURCE,
                                "service '" + service.file().service() + "' has nothing at this path")
                        .hint("Its description is at /" + service.file().service() + "/openapi.json."));
        Verb verb = verb(request, match.resource());
        Caller caller = identities.identify(request);
        requireAccess(match.resource(), verb, caller);
        Preferences preferences = Preferences.parse(request.headers().getAll("Prefer"));
        Call call = new Call(
                request,
                request.response(),
                context,
                service,
                current,
                match,
                verb,
                caller,
                preferences,
                System.nanoTime());
        if (!service.enter()) {
            throw new ProblemException(DataError.TOO_MANY_REQUESTS, "as many requests of this service run as may")
                    .retryAfter(Duration.ofSeconds(1));
        }
        AggregationRead aggregation = match.resource().aggregation();
        try {
            if (verb != Verb.GET) {
                writes.serve(call);
            } else if (aggregation != null) {
                aggregations.serve(call, aggregation);
            } else {
                reads.serve(call);
            }
        } catch (RuntimeException refused) {
            service.leave();
            throw refused;
        }
    }

    /**
     * Answers with the OpenAPI description, to whom the service's own access rules let in at all.
     *
     * @throws ProblemException for others
     */
    public void describe(HttpServerRequest request, DeployedService service) {
        if (!request.method().name().equals("GET")) {
            request.response().putHeader("Allow", "GET");
            throw new ProblemException(DataError.METHOD_NOT_ALLOWED, "a description allows GET");
        }
        Caller caller = identities.identify(request);
        if (caller.anonymous() && !service.file().access().open()) {
            throw new ProblemException(DataError.IDENTITY_REQUIRED, "this service is not public");
        }
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "private, no-cache")
                .end(OpenApi.describe(service).toBuffer());
    }

    private static Verb verb(HttpServerRequest request, DeployedResource resource) {
        String method = request.method().name();
        Set<Verb> verbs = resource.verbs();
        for (Verb verb : verbs) {
            if (verb.name().equals(method) || (verb == Verb.GET && method.equals("HEAD"))) {
                return verb;
            }
        }
        String allow = verbs.stream().map(Verb::name).collect(Collectors.joining(", "))
                + (verbs.contains(Verb.GET) ? ", HEAD" : "");
        request.response().putHeader("Allow", allow);
        throw new ProblemException(DataError.METHOD_NOT_ALLOWED, "this resource allows " + allow);
    }

    private static void requireAccess(DeployedResource resource, Verb verb, Caller caller) {
        List<String> scopes = resource.scopes(verb);
        if (resource.access().open() && scopes.isEmpty()) {
            return;
        }
        if (caller.anonymous()) {
            throw new ProblemException(DataError.IDENTITY_REQUIRED, "this resource is not public")
                    .hint("Call it through the gateway, with an access token.");
        }
        if (!caller.may(scopes)) {
            throw new ProblemException(DataError.SCOPE_MISSING, "the caller lacks one of the scopes " + scopes);
        }
    }
}
