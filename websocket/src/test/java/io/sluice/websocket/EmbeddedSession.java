package io.sluice.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A session on a channel without a network, whose loop runs when the test says so and whose write buffer is full when the test says so. */
final class EmbeddedSession implements SessionListener {
    private static final int WRITABILITY_BIT = 1;

    final EmbeddedChannel channel = new SteppedChannel();
    final FrameSession session;
    final List<String> heard = new ArrayList<>();
    int flushes;

    EmbeddedSession() {
        this(WebSocketLimits.defaults());
    }

    EmbeddedSession(WebSocketLimits limits) {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
            }
        });
        session = new FrameSession(channel, "peer:1", null, limits, this);
        channel.pipeline().addLast(session);
        session.open();
    }

    void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(WRITABILITY_BIT, writable);
    }

    void run() {
        channel.runPendingTasks();
    }

    /** Payloads of the short frames sent so far; a Close frame as {@code close CODE}. */
    List<String> sent() {
        List<String> payloads = new ArrayList<>();
        for (ByteBuf frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
            int opcode = frame.readByte() & 0x0F;
            int length = frame.readByte();
            if (length == 126) {
                frame.readShort();
            }
            payloads.add(opcode == 8 ? "close " + frame.readUnsignedShort() : frame.toString(StandardCharsets.UTF_8));
            frame.release();
        }
        return payloads;
    }

    @Override
    public void opened(WebSocketSession opened) {
        heard.add("opened");
    }

    @Override
    public void text(WebSocketSession from, String message) {
        heard.add(message);
    }

    @Override
    public void closed(WebSocketSession closed, int code, String reason) {
        heard.add("closed " + code);
    }

    /** Like a real loop, and unlike its parent, it starts no task inside another. */
    private static final class SteppedChannel extends EmbeddedChannel {
        private boolean running;

        @Override
        public void runPendingTasks() {
            if (!running) {
                running = true;
                super.runPendingTasks();
                running = false;
            }
        }
    }

    void finish() {
        channel.close();
        channel.runPendingTasks();
        sent();
        channel.finishAndReleaseAll();
    }
}
