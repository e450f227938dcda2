package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Address;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.ProblemReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Serves GET of aggregations, on the event loop of the connection: nothing here waits. */
final class AggregationCalls {

    /** What aggregations are served as. */
    static final List<MediaType> MEDIA = List.of(MediaType.JSON, MediaType.NDJSON);

    private final RunnerQueries runner;
    private final CallLog log;

    AggregationCalls(RunnerQueries runner, CallLog log) {
        this.runner = runner;
        this.log = log;
    }

    /** Serves one; its service is left when the answer is there. */
    void serve(Call call, AggregationRead read) {
        MediaType media = MediaType.accepted(call.request().getHeader("Accept"), MEDIA)
                .orElseThrow(() -> new ProblemException(
                                DataError.NOT_ACCEPTABLE, "none of the accepted media types can be served")
                        .hint("Accept application/json or application/x-ndjson."));
        AggregationRead.Query query = read.query(request(call, media));
        runner.records(read.file().app(), query.text())
                .map(records -> body(read.rows(records, query.per()), media))
                .onComplete(answer -> call.context().runOnContext(now -> {
                    call.service().leave();
                    if (answer.succeeded()) {
                        send(call, media, answer.result());
                    } else {
                        fail(call, answer.cause());
                    }
                }));
    }

    private static ReadRequest request(Call call, MediaType media) {
        try {
            return new ReadRequest(
                    call.caller(),
                    call.match().variables(),
                    Address.parameters(call.request().query()),
                    call.preferences(),
                    media);
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(DataError.ADDRESS_INVALID, String.valueOf(malformed.getMessage()));
        }
    }

    private static Buffer body(List<JsonObject> rows, MediaType media) {
        if (media == MediaType.NDJSON) {
            Buffer lines = Buffer.buffer();
            rows.forEach(row -> lines.appendBuffer(row.toBuffer()).appendString("\n"));
            return lines;
        }
        return new JsonObject().put("data", new JsonArray(rows)).putNull("next").toBuffer();
    }

    private void send(Call call, MediaType media, Buffer body) {
        if (!call.response().closed()) {
            call.response()
                    .putHeader("Content-Type", media.header())
                    .putHeader("Cache-Control", "private, no-cache")
                    .putHeader("Vary", "Accept, Prefer, X-Sluice-Identity");
            if (call.request().method().name().equals("HEAD")) {
                call.response()
                        .putHeader("Content-Length", Integer.toString(body.length()))
                        .end();
            } else {
                call.response().end(body);
            }
        }
        log.answered(call, 200);
    }

    private void fail(Call call, Throwable cause) {
        ProblemException problem = cause instanceof ProblemException known ? known : log.internal(call, cause);
        log.problem(call, problem);
        ProblemReply.send(call.response(), problem);
        log.answered(call, problem.code().status());
    }
}
