package io.sluice.dataservice.reply;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a reply, written by a worker and sent by the connection's event loop.
 *
 * <ol>
 *   <li>At most {@value #IN_FLIGHT} chunks of 32 KiB are on their way; the worker waits for the client, and gives up after the stall limit.
 *   <li>Nothing is sent before the first chunk is full, so that an error until then still gets its own status.
 *   <li>A body that fits into the first chunk has a length and an entity tag; {@code If-None-Match} makes it a 304 (RFC 9110, section 13.1.2).
 * </ol>
 */
public final class ReplyStream extends OutputStream {

    private static final int CHUNK = 32 * 1024;
    private static final int IN_FLIGHT = 4;

    private final HttpServerResponse response;
    private final Context context;
    private final Duration stall;
    private final @Nullable String ifNoneMatch;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> whenGone = new AtomicReference<>();
    private byte[] chunk = new byte[CHUNK];
    private int length;
    private final boolean head;
    private boolean started;
    private boolean finished;

    /**
     * @param response with status and content type set, nothing sent
     * @param context of the connection
     * @param ifNoneMatch the request's header, or null
     * @param head whether only the head is wanted (method HEAD)
     */
    public ReplyStream(
            HttpServerResponse response, Context context, Duration stall, @Nullable String ifNoneMatch, boolean head) {
        this.head = head;
        this.response = response;
        this.context = context;
        this.stall = stall;
        this.ifNoneMatch = ifNoneMatch;
    }

    /** Sets headers, before anything is written; what it does happens on the event loop. */
    public void head(Consumer<HttpServerResponse> headers) {
        context.runOnContext(now -> headers.accept(response));
    }

    /** Whether something was sent, so that the status cannot change any more. */
    public boolean started() {
        return started;
    }

    /** Whether everything was sent. */
    public boolean finished() {
        return finished;
    }

    /** Whether the client has left. */
    public boolean gone() {
        return gone.get();
    }

    /** Ends the work for a client that has left. */
    public void requireReader() throws ClientGone {
        if (gone.get()) {
            throw new ClientGone("left");
        }
    }

    /** What to do, on any thread, when the client leaves; at once if it has. */
    public void whenGone(Runnable action) {
        whenGone.set(action);
        if (gone.get()) {
            action.run();
        }
    }

    /** To be called when the connection is closed. */
    public void clientLeft() {
        if (gone.compareAndSet(false, true)) {
            free.release(IN_FLIGHT);
            Runnable action = whenGone.get();
            if (action != null) {
                action.run();
            }
        }
    }

    @Override
    public void write(int octet) throws ClientGone {
        if (length == CHUNK) {
            send();
        }
        chunk[length++] = (byte) octet;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws ClientGone {
        int from = offset;
        int left = count;
        while (left > 0) {
            if (length == CHUNK) {
                send();
            }
            int part = Math.min(left, CHUNK - length);
            System.arraycopy(bytes, from, chunk, length, part);
            length += part;
            from += part;
            left -= part;
        }
    }

    private void send() throws ClientGone {
        if (head) {
            started = true;
            finished = true;
            context.runOnContext(now -> response.end());
            throw new ClientGone("asked for the head only");
        }
        try {
            if (!free.tryAcquire(stall.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClientGone("took nothing for " + stall.toSeconds() + "s");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ClientGone("the service stops");
        }
        if (gone.get()) {
            throw new ClientGone("left");
        }
        boolean first = !started;
        started = true;
        Buffer buffer = Buffer.buffer(length == CHUNK ? chunk : Arrays.copyOf(chunk, length));
        chunk = new byte[CHUNK];
        length = 0;
        context.runOnContext(now -> {
            if (first) {
                response.setChunked(true);
            }
            response.write(buffer).onComplete(written -> {
                free.release();
                if (written.failed()) {
                    clientLeft();
                }
            });
        });
    }

    /** Sends the rest; nothing may be written after it. */
    public void finish() throws ClientGone {
        if (started) {
            if (length > 0) {
                send();
            }
            finished = true;
            context.runOnContext(now -> response.end());
            return;
        }
        Buffer whole = Buffer.buffer(Arrays.copyOf(chunk, length));
        String tag = '"' + tagOf(whole.getBytes()) + '"';
        started = true;
        finished = true;
        context.runOnContext(now -> {
            response.putHeader("ETag", tag);
            if (matches(tag)) {
                response.setStatusCode(304).end();
            } else if (head) {
                response.putHeader("Content-Length", Integer.toString(whole.length()))
                        .end();
            } else {
                response.end(whole);
            }
        });
    }

    private boolean matches(String tag) {
        return ifNoneMatch != null
                && Arrays.stream(ifNoneMatch.split(","))
                        .map(String::strip)
                        .anyMatch(each ->
                                each.equals("*") || each.replaceFirst("^W/", "").equals(tag));
    }

    private static String tagOf(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 15));
        } catch (NoSuchAlgorithmException unexpected) {
            throw new IllegalStateException("every Java has SHA-256", unexpected);
        }
    }

    /** Cuts the connection, so that the reader cannot take a part for the whole. */
    public void cut() {
        context.runOnContext(now -> response.reset());
    }
}
