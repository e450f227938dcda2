package io.sluice.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Many WebSocket clients on one selector thread, as cheap as they can be, because they share the machine with what they measure. */
final class SubscriberSwarm implements AutoCloseable {

    private static final byte[] MARK = "\"name\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 64 * 1024;

    private final Selector selector;
    private final Thread thread;
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile Histogram latencies = histogram();
    private volatile boolean stopped;

    /** Opens all connections, one after the other, and starts to read. */
    SubscriberSwarm(URI api, String token, int subscribers) throws IOException {
        selector = Selector.open();
        for (int i = 0; i < subscribers; i++) {
            SocketChannel channel = connect(api, token);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(BUFFER));
        }
        thread = new Thread(this::loop, "subscribers");
        thread.setDaemon(true);
        thread.start();
    }

    /** What arrived since the last reset. */
    record Outcome(long events, long disconnected, Histogram latencies) {
        double millisAt(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e6;
        }
    }

    Outcome outcome() {
        return new Outcome(events.get(), lost.get(), latencies);
    }

    void reset() {
        latencies = histogram();
        events.set(0);
    }

    /** Waits until so many events arrived or the time is over. */
    void awaitEvents(long expected, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (events.get() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Waits until nothing has arrived for half a second. */
    void awaitQuiet(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long before = -1;
        while (before != events.get() && System.nanoTime() < deadline) {
            before = events.get();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    private void loop() {
        try {
            while (!stopped) {
                selector.select(this::read, 200);
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private void read(SelectionKey key) {
        ByteBuffer buffer = (ByteBuffer) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (channel.read(buffer) < 0) {
                lost.incrementAndGet();
                key.cancel();
                channel.close();
                return;
            }
        } catch (IOException broken) {
            lost.incrementAndGet();
            key.cancel();
            return;
        }
        long now = System.nanoTime();
        buffer.flip();
        while (frame(buffer, now)) {
            // one frame after the other
        }
        buffer.compact();
    }

    /** Takes one whole frame; false if there is none yet. Server frames are not masked (RFC 6455 §5.1). */
    private boolean frame(ByteBuffer buffer, long now) {
        if (buffer.remaining() < 2) {
            return false;
        }
        int start = buffer.position();
        int length = buffer.get(start + 1) & 0x7f;
        int header = 2;
        if (length == 126) {
            if (buffer.remaining() < 4) {
                return false;
            }
            length = buffer.getShort(start + 2) & 0xffff;
            header = 4;
        }
        if (buffer.remaining() < header + length) {
            return false;
        }
        if ((buffer.get(start) & 0x0f) == 1) {
            event(buffer.array(), start + header, length, now);
        }
        buffer.position(start + header + length);
        return true;
    }

    private void event(byte[] bytes, int offset, int length, long now) {
        int at = indexOf(bytes, offset, offset + length);
        long sent = 0;
        for (int i = at; at > 0 && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            sent = sent * 10 + bytes[i] - '0';
        }
        events.incrementAndGet();
        latencies.recordValue(Math.max(0, Math.min(now - sent, TimeUnit.SECONDS.toNanos(60))));
    }

    private static int indexOf(byte[] bytes, int from, int to) {
        for (int i = from; i <= to - MARK.length; i++) {
            int j = 0;
            while (j < MARK.length && bytes[i + j] == MARK[j]) {
                j++;
            }
            if (j == MARK.length) {
                return i + j;
            }
        }
        return -1;
    }

    private static SocketChannel connect(URI api, String token) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(api.getHost(), api.getPort()));
        String request = "GET " + api.getPath() + " HTTP/1.1\r\nHost: " + api.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer "
                + token + "\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        String answer = head(channel);
        if (!answer.startsWith("HTTP/1.1 101")) {
            throw new IOException("refused: " + answer);
        }
        return channel;
    }

    private static String head(SocketChannel channel) throws IOException {
        StringBuilder answer = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (answer.indexOf("\r\n\r\n") < 0 && channel.read(one.clear()) > 0) {
            answer.append((char) one.get(0));
        }
        return answer.toString();
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.SECONDS.toNanos(61), 3);
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            closeQuietly(key);
        }
        selector.close();
    }

    private static void closeQuietly(@Nullable SelectionKey key) throws IOException {
        if (key != null) {
            key.channel().close();
        }
    }
}
