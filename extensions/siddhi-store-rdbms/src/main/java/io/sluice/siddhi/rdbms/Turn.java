package io.sluice.siddhi.rdbms;

import java.util.concurrent.locks.ReentrantLock;

/** Whose turn it is to update or insert step by step into one table; shared by all apps of the process that do. */
final class Turn implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock(true);

    ReentrantLock lock() {
        return lock;
    }

    @Override
    public void close() {
        // memory only
    }
}
