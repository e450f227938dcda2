package io.sluice.dataservice.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Address;
import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.call.Identities;
import io.sluice.dataservice.call.Preferences;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.reply.ClientGone;
import io.sluice.dataservice.reply.DataMeters;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.ProblemReply;
import io.sluice.dataservice.reply.ReplyStream;
import io.sluice.dataservice.reply.Workers;
import io.sluice.dataservice.sql.Dialect.Duplicates;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one request of one service: checks it on the event loop, runs it on a worker, answers. */
public final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Workers workers;
    private final Identities identities;
    private final Duration stall;
    private final DataMeters meters;

    /** @param stall how long a reader may take nothing */
    public Requests(Workers workers, Identities identities, Duration stall, DataMeters meters) {
        this.workers = workers;
        this.identities = identities;
        this.stall = stall;
        this.meters = meters;
    }

    /**
     * Serves a request, on the event loop of its connection.
     *
     * @param segments of the path, behind the service's name
     * @throws ProblemException for what can be told at once
     */
    public void handle(HttpServerRequest request, Context context, DeployedService service, List<String> segments) {
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
                request, request.response(), context, service, match, verb, caller, preferences, System.nanoTime());
        if (!service.enter()) {
            throw new ProblemException(DataError.TOO_MANY_REQUESTS, "as many requests of this service run as may")
                    .retryAfter(Duration.ofSeconds(1));
        }
        try {
            if (verb == Verb.GET) {
                read(call);
            } else {
                collect(call);
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

    /** A request on its way; between {@code enter} and {@code leave} of its service. */
    private record Call(
            HttpServerRequest request,
            HttpServerResponse response,
            Context context,
            DeployedService service,
            DeployedService.Match match,
            Verb verb,
            Caller caller,
            Preferences preferences,
            long began) {}

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

    private void read(Call call) {
        MediaType media = MediaType.accepted(call.request().getHeader("Accept"))
                .orElseThrow(() -> new ProblemException(
                                DataError.NOT_ACCEPTABLE, "none of the accepted media types can be served")
                        .hint("Accept application/json, application/x-ndjson or text/csv."));
        Reader reader = call.match().resource().reader();
        ReadOperation operation = call.match().resource().read();
        if (reader == null || operation == null) {
            throw new IllegalStateException("a resource without GET was asked to read");
        }
        if (operation.file().single() && media != MediaType.JSON) {
            throw new ProblemException(DataError.NOT_ACCEPTABLE, "a single row is served as application/json only");
        }
        ReadRequest read;
        try {
            Map<String, List<String>> query = Address.parameters(call.request().query());
            read = new ReadRequest(call.caller(), call.match().variables(), query, call.preferences(), media);
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(DataError.ADDRESS_INVALID, String.valueOf(malformed.getMessage()));
        }
        call.response()
                .putHeader("Content-Type", media.header())
                .putHeader("Cache-Control", "private, no-cache")
                .putHeader("Vary", "Accept, Prefer, X-Sluice-Identity");
        boolean head = call.request().method().name().equals("HEAD");
        ReplyStream out = new ReplyStream(
                call.response(), call.context(), stall, call.request().getHeader("If-None-Match"), head);
        call.response().exceptionHandler(broken -> out.clientLeft());
        call.response().closeHandler(closed -> out.clientLeft());
        submit(call, media.export(), () -> runRead(call, reader, read, out));
    }

    private void submit(Call call, boolean export, Runnable work) {
        boolean taken = workers.submit(export, () -> {
            try {
                work.run();
            } finally {
                call.service().leave();
            }
        });
        if (!taken) {
            throw new ProblemException(DataError.BUSY, "as many requests wait for the database as may")
                    .retryAfter(Duration.ofSeconds(1));
        }
    }

    private void runRead(Call call, Reader reader, ReadRequest request, ReplyStream out) {
        String service = call.service().file().service();
        int status = 200;
        try {
            out.requireReader();
            meters.rows(service, reader.run(request, out));
        } catch (ProblemException problem) {
            status = problem.code().status();
            logFault(call, problem);
            failRead(call, problem, out);
        } catch (ClientGone gone) {
            if (!out.finished()) {
                status = 499;
                meters.cut(service, "client");
                out.cut();
            }
        } catch (IOException | RuntimeException fault) {
            status = 500;
            failRead(call, internal(call, fault), out);
        }
        answered(call, status);
    }

    private void failRead(Call call, ProblemException problem, ReplyStream out) {
        if (!out.started()) {
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        } else {
            meters.cut(call.service().file().service(), "database");
            if (!out.finished()) {
                out.cut();
            }
        }
    }

    private void answered(Call call, int status) {
        meters.answered(
                call.service().file().service(),
                call.match().resource().file().path(),
                call.verb().key(),
                status,
                Duration.ofNanos(System.nanoTime() - call.began()));
    }

    /** A database that refuses is for the operator to know, with the cause that no client sees. */
    private static void logFault(Call call, ProblemException problem) {
        if (problem.code().status() >= 500) {
            LOG.atWarn()
                    .addKeyValue("service", call.service().file().service())
                    .addKeyValue("resource", call.match().resource().file().path())
                    .addKeyValue("code", problem.code().code())
                    .addKeyValue("cause", String.valueOf(problem.getCause()))
                    .log("request failed");
        }
    }

    private static ProblemException internal(Call call, Exception fault) {
        LOG.atError()
                .addKeyValue("service", call.service().file().service())
                .addKeyValue("resource", call.match().resource().file().path())
                .setCause(fault)
                .log("request failed for a reason of ours");
        return new ProblemException(DataError.INTERNAL, "the data service has a fault; its log says more");
    }

    /** Takes the body in, no more of it than is allowed, then writes. */
    private void collect(Call call) {
        HttpServerRequest request = call.request();
        Writer writer = call.match().resource().writes().get(call.verb());
        if (writer == null) {
            throw new IllegalStateException("a resource was asked for a verb it does not have");
        }
        if (request.query() != null && !request.query().isEmpty()) {
            throw new ProblemException(
                            DataError.PARAMETER_UNKNOWN, "a " + call.verb() + " has no parameters in the query")
                    .hint("Send them in the body.");
        }
        BodyBuffer body =
                new BodyBuffer(call.service().file().limits().maxBody().bytes());
        request.handler(part -> {
            if (body.add(part)) {
                body.close();
                call.service().leave();
                ProblemReply.send(call.response(), body.tooLarge());
            }
        });
        request.exceptionHandler(broken -> {
            if (body.close()) {
                call.service().leave();
            }
        });
        request.endHandler(end -> {
            if (!body.close()) {
                return;
            }
            try {
                submit(call, false, () -> runWrite(call, writer, body.content()));
            } catch (ProblemException busy) {
                call.service().leave();
                ProblemReply.send(call.response(), busy);
            }
        });
    }

    private void runWrite(Call call, Writer writer, Buffer body) {
        int status;
        try {
            JsonNode json = parse(call.request(), body);
            WriteRequest request = new WriteRequest(call.caller(), call.match().variables(), json, call.preferences());
            Writer.Result result = writer.run(request);
            status = status(call, result);
            int sent = status;
            call.context().runOnContext(now -> reply(call, result, sent));
        } catch (ProblemException problem) {
            status = problem.code().status();
            logFault(call, problem);
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        } catch (RuntimeException fault) {
            status = 500;
            ProblemException problem = internal(call, fault);
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        }
        answered(call, status);
    }

    private static int status(Call call, Writer.Result result) {
        boolean created = call.verb() == Verb.POST && result.affected() > 0;
        return created ? 201 : call.preferences().wants("return", "representation") ? 200 : 204;
    }

    private static void reply(Call call, Writer.Result result, int status) {
        boolean representation = call.preferences().wants("return", "representation");
        List<String> applied = new ArrayList<>();
        if (call.preferences().given().containsKey("return")) {
            applied.add(representation ? "return=representation" : "return=minimal");
        }
        if (result.duplicates() != Duplicates.FAIL) {
            applied.add("resolution=" + result.duplicates().name().toLowerCase(Locale.ROOT) + "-duplicates");
        }
        if (call.preferences().maxAffected() != null) {
            applied.add("max-affected=" + call.preferences().maxAffected());
        }
        if (!applied.isEmpty()) {
            call.response().putHeader("Preference-Applied", String.join(", ", applied));
        }
        call.response().setStatusCode(status);
        if (representation) {
            JsonObject body =
                    new JsonObject().put("affected", result.affected()).put("keys", result.keys());
            call.response().putHeader("Content-Type", "application/json").end(body.toBuffer());
        } else {
            call.response().end();
        }
    }

    private static @Nullable JsonNode parse(HttpServerRequest request, Buffer body) {
        if (body.length() == 0) {
            return null;
        }
        String type = request.getHeader("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json(\\s*;.*)?")) {
            throw new ProblemException(DataError.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
        }
        try {
            return JSON.readTree(body.getBytes());
        } catch (JsonProcessingException malformed) {
            throw new ProblemException(
                    DataError.BODY_INVALID,
                    "the body is not valid JSON, line "
                            + (malformed.getLocation() == null
                                    ? 1
                                    : malformed.getLocation().getLineNr()));
        } catch (IOException unexpected) {
            throw new UncheckedIOException("reading from memory", unexpected);
        }
    }
}
