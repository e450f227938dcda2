package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.Workers;
import java.time.Duration;

/** Hands calls to workers and gives their place in the service back. Thread-safe. */
final class Submission {

    private final Workers workers;

    Submission(Workers workers) {
        this.workers = workers;
    }

    /**
     * Runs work on a worker; its service is left when it ends.
     *
     * @throws ProblemException if as much waits as may; the service is not left then
     */
    void submit(Call call, boolean export, Runnable work) {
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
}
