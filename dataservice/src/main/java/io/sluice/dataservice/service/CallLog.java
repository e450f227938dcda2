package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.DataMeters;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators are told about calls: times, counts, and the causes that no client sees. Thread-safe. */
final class CallLog {

    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

    private final DataMeters meters;

    CallLog(DataMeters meters) {
        this.meters = meters;
    }

    /** The meters behind it. */
    DataMeters meters() {
        return meters;
    }

    /** A call that has its answer, or was cut. */
    void answered(Call call, int status) {
        meters.answered(
                call.serviceName(),
                call.resourcePath(),
                call.verb().key(),
                status,
                Duration.ofNanos(System.nanoTime() - call.began()));
    }

    /** A database or runner that refuses is for the operator to know, with the cause that no client sees. */
    void problem(Call call, ProblemException problem) {
        if (problem.code().status() >= 500) {
            LOG.atWarn()
                    .addKeyValue("service", call.serviceName())
                    .addKeyValue("resource", call.resourcePath())
                    .addKeyValue("code", problem.code().code())
                    .addKeyValue("cause", String.valueOf(problem.getCause()))
                    .log("request failed");
        }
    }

    /** A fault of ours, logged as a whole, as a client may hear it. */
    ProblemException internal(Call call, Throwable fault) {
        LOG.atError()
                .addKeyValue("service", call.serviceName())
                .addKeyValue("resource", call.resourcePath())
                .setCause(fault)
                .log("request failed for a reason of ours");
        return new ProblemException(DataError.INTERNAL, "the data service has a fault; its log says more");
    }
}
