package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Address;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.ClientGone;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.ProblemReply;
import io.sluice.dataservice.reply.ReplyStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Serves GET and HEAD of what a database holds: pages and exports on a worker, tails as long as they last. */
final class ReadCalls {

    private final Submission submission;
    private final Duration stall;
    private final CallLog log;
    private final Tails tails;

    ReadCalls(Submission submission, Duration stall, CallLog log, Tails tails) {
        this.submission = submission;
        this.stall = stall;
        this.log = log;
        this.tails = tails;
    }

    /** Serves one, on the event loop of its connection. */
    void serve(Call call) {
        Reader reader = call.match().resource().reader();
        ReadOperation operation = call.match().resource().read();
        if (reader == null || operation == null) {
            throw new IllegalStateException("a resource without GET was asked to read");
        }
        MediaType media = media(call, operation);
        ReadRequest read =
                new ReadRequest(call.caller(), call.match().variables(), query(call), call.preferences(), media);
        call.response()
                .putHeader("Content-Type", media.header())
                .putHeader("Cache-Control", "private, no-cache")
                .putHeader("Vary", "Accept, Prefer, X-Sluice-Identity");
        boolean head = call.request().method().name().equals("HEAD");
        if (operation.follows(read)) {
            ReadOperation.Plan plan = operation.plan(read);
            if (head) {
                call.response().end();
            } else {
                tails.open(call, reader, plan, media);
            }
            call.service().leave(); // it may last for hours and is counted among the tails
            return;
        }
        ReplyStream out = new ReplyStream(
                call.response(), call.context(), stall, call.request().getHeader("If-None-Match"), head);
        call.response().exceptionHandler(broken -> out.clientLeft());
        call.response().closeHandler(closed -> out.clientLeft());
        submission.submit(call, media.export(), () -> run(call, reader, read, out));
    }

    private static MediaType media(Call call, ReadOperation operation) {
        MediaType media = MediaType.accepted(call.request().getHeader("Accept"), operation.media())
                .orElseThrow(() -> new ProblemException(
                                DataError.NOT_ACCEPTABLE, "none of the accepted media types can be served")
                        .hint("Accept "
                                + String.join(
                                        ", ",
                                        operation.media().stream()
                                                .map(MediaType::range)
                                                .toList())
                                + "."));
        return media;
    }

    /** What an event source sends when it comes back goes before the address, which it cannot change. */
    private static Map<String, List<String>> query(Call call) {
        try {
            Map<String, List<String>> query =
                    new TreeMap<>(Address.parameters(call.request().query()));
            String last = call.request().getHeader("Last-Event-ID");
            if (last != null && !last.isEmpty()) {
                query.put("cursor", List.of(last));
            }
            return query;
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(DataError.ADDRESS_INVALID, String.valueOf(malformed.getMessage()));
        }
    }

    private void run(Call call, Reader reader, ReadRequest request, ReplyStream out) {
        String service = call.serviceName();
        int status = 200;
        try {
            out.requireReader();
            log.meters().rows(service, reader.run(request, out));
        } catch (ProblemException problem) {
            status = problem.code().status();
            log.problem(call, problem);
            fail(call, problem, out);
        } catch (ClientGone gone) {
            if (!out.finished()) {
                status = 499;
                log.meters().cut(service, "client");
                out.cut();
            }
        } catch (IOException | RuntimeException fault) {
            status = 500;
            fail(call, log.internal(call, fault), out);
        }
        log.answered(call, status);
    }

    private void fail(Call call, ProblemException problem, ReplyStream out) {
        if (!out.started()) {
            call.context().runOnContext(now -> ProblemReply.send(call.response(), problem));
        } else {
            log.meters().cut(call.serviceName(), "database");
            if (!out.finished()) {
                out.cut();
            }
        }
    }
}
