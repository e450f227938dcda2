package io.sluice.runner.host;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A question to the owner thread together with what came of it: a value, or what it threw. */
final class Answer<T> implements Runnable {
    private final Callable<T> question;
    private @Nullable T value;
    private @Nullable Throwable thrown;

    Answer(Callable<T> question) {
        this.question = question;
    }

    @Override
    public void run() {
        try {
            value = question.call();
        } catch (Exception | Error failure) {
            thrown = failure;
        }
    }

    @SuppressWarnings("NullAway") // the value is whatever the question returned
    T get() throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof Exception exception) {
            throw exception;
        }
        return value;
    }

    /** Runs work that throws nothing checked on a lane's thread, and waits for it. */
    static void run(Lane lane, Runnable work) throws InterruptedException {
        try {
            lane.ask(() -> {
                work.run();
                return true;
            });
        } catch (InterruptedException | RuntimeException passOn) {
            throw passOn;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
