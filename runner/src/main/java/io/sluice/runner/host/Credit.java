package io.sluice.runner.host;

/** How many items one source thread has handed over that are not processed yet. */
final class Credit {
    final int limit;
    int used; // guarded by the lane's lock

    Credit(int limit) {
        this.limit = limit;
    }
}
