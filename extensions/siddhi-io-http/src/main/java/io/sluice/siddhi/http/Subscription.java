package io.sluice.siddhi.http;

/**
 * One subscription of a WebSub hub, as its table holds it.
 *
 * @param callback where deliveries go; with the topic it is the key
 * @param secret for signatures; empty for none
 * @param leaseSeconds how long it lasts
 * @param timestamp when it began, in milliseconds of the wall clock
 */
record Subscription(String callback, String topic, String secret, long leaseSeconds, long timestamp) {

    boolean isOver(long now) {
        return now >= timestamp + leaseSeconds * 1000;
    }
}
