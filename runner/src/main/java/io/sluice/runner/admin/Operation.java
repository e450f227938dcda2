package io.sluice.runner.admin;

/** What is done for one method of one path. Runs on a worker thread and may block. */
@FunctionalInterface
public interface Operation {
    /**
     * Answers a call.
     *
     * @throws io.sluice.common.ProblemException for what the caller should know
     * @throws Exception for faults of ours; the caller learns an incident number, the log has the cause
     */
    Reply answer(Call call) throws Exception;
}
