package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large bodies, and sides of different speed. */
class RestBodyIT {

    private static final long LARGE = 200L << 20;

    /** What sockets of this machine may hold on both sides, and what the gateway may: far below the body. */
    private static final long BOUND = 32L << 20;

    private static final int CHUNK = 64 << 10;

    @TempDir
    Path apis;

    private RestFixture rest;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    @BeforeEach
    void prepare() throws Exception {
        rest = new RestFixture(apis);
        rest.start("limits: {request: 1GiB}");
    }

    @AfterEach
    void close() throws Exception {
        rest.close();
    }

    @Test
    void streamsALargeResponseAndWaitsForASlowClient() throws Exception {
        rest.upstream.answer(this::writeLarge);

        try (RawClient client = rest.gateway.raw()) {
            long before = memory();
            client.send("GET /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("content-length: " + LARGE + "\r\n");
            client.skip(1 << 20);

            standsStill(written::get);
            assertThat(written.get())
                    .as("taken from the upstream while nobody reads")
                    .isBetween(1L << 20, BOUND);
            assertThat(memory() - before).as("memory held meanwhile").isLessThan(BOUND);

            client.skip(LARGE - (1 << 20));
            assertThat(written.get()).isEqualTo(LARGE);
        }
    }

    @Test
    void streamsALargeRequestAndWaitsForASlowUpstream() throws Exception {
        AtomicReference<HttpServerRequest> held = new AtomicReference<>();
        rest.upstream.answer(request -> {
            request.pause();
            request.handler(chunk -> taken.addAndGet(chunk.length()));
            request.endHandler(ended -> request.response().end("took " + taken.get()));
            held.set(request);
        });

        try (RawClient client = rest.gateway.raw()) {
            long before = memory();
            client.send("POST /farms/1.0/x HTTP/1.1\r\nHost: h\r\n" + RestFixture.AUTHORIZATION + "Content-Length: "
                    + LARGE + "\r\n\r\n");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendLarge(client));
            await().until(() -> held.get() != null);

            standsStill(written::get);
            assertThat(written.get())
                    .as("taken from the client while the upstream does not read")
                    .isLessThan(BOUND);
            assertThat(memory() - before).as("memory held meanwhile").isLessThan(BOUND);

            held.get().resume();
            sending.get(20, TimeUnit.SECONDS);
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("took " + LARGE);
        }
    }

    private void writeLarge(HttpServerRequest request) {
        request.response().putHeader("Content-Length", Long.toString(LARGE));
        writeMore(request.response(), Buffer.buffer(new byte[CHUNK]));
    }

    private void writeMore(HttpServerResponse response, Buffer chunk) {
        while (written.get() < LARGE && !response.writeQueueFull()) {
            response.write(chunk);
            written.addAndGet(CHUNK);
        }
        if (written.get() < LARGE) {
            response.drainHandler(drained -> writeMore(response, chunk));
        } else {
            response.end();
        }
    }

    private void sendLarge(RawClient client) {
        byte[] chunk = new byte[CHUNK];
        try {
            while (written.get() < LARGE) {
                client.send(chunk);
                written.addAndGet(CHUNK);
            }
        } catch (IOException cut) {
            throw new IllegalStateException(cut);
        }
    }

    private static void standsStill(LongSupplier value) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(50))
                .during(Duration.ofMillis(400))
                .atMost(Duration.ofSeconds(20))
                .until(() -> last.getAndSet(value.getAsLong()) == value.getAsLong());
    }

    /** Heap after a collection, and what is outside of it. */
    private static long memory() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + Math.max(direct, io.netty.util.internal.PlatformDependent.usedDirectMemory());
    }
}
