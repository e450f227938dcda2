package io.sluice.dataservice.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.Verb;
import io.sluice.dataservice.reply.ProblemReply;
import io.sluice.dataservice.sql.Dialect.Duplicates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Serves POST, PUT, PATCH and DELETE: takes the body in, runs the statement on a worker, answers. */
final class WriteCalls {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Submission submission;
    private final CallLog log;

    WriteCalls(Submission submission, CallLog log) {
        this.submission = submission;
        this.log = log;
    }

    /** Takes the body in, no more of it than is allowed, then writes. */
    void serve(Call call) {
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
                submission.submit(call, false, () -> runWrite(call, writer, body.content()));
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
            log.problem(call, problem);
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        } catch (RuntimeException fault) {
            status = 500;
            ProblemException problem = log.internal(call, fault);
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        }
        log.answered(call, status);
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
