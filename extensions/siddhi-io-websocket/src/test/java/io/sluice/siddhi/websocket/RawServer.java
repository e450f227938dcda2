package io.sluice.siddhi.websocket;

import io.sluice.siddhi.kit.PortProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** The upstream of client tests: takes connections, notes messages, answers pings and closes, can stop, come back, refuse and stop reading. */
final class RawServer implements AutoCloseable {

    static final String THREAD = "raw-server";

    private final ServerSocketFactory sockets;
    private final Set<RawPeer> peers = ConcurrentHashMap.newKeySet();
    private final List<RawPeer> handshakes = new CopyOnWriteArrayList<>();
    private final List<RawPeer.Frame> received = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";
    private volatile String subprotocol = "";
    private volatile boolean reading = true;
    private volatile ServerSocket server;
    private int port;

    RawServer() throws IOException {
        this(ServerSocketFactory.getDefault());
    }

    /** Over TLS, with a factory that shows a certificate. */
    RawServer(ServerSocketFactory sockets) throws IOException {
        this.sockets = sockets;
        open();
        port = server.getLocalPort();
    }

    /** Listens; after {@link #close} at the same port again. */
    void open() throws IOException {
        if (port > 0) {
            PortProbe.awaitFree("127.0.0.1", port); // the last accept call may still hold it
        }
        ServerSocket listening = sockets.createServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server = listening;
        background(() -> {
            while (true) {
                Socket socket = listening.accept();
                background(() -> serve(socket));
            }
        });
    }

    int port() {
        return port;
    }

    /** The next handshakes are answered with this status line, for example {@code HTTP/1.1 403 Forbidden}; "" accepts. */
    void refuse(String statusLine) {
        refusal = statusLine;
    }

    /** Agrees on this subprotocol from now on. */
    void agree(String name) {
        subprotocol = name;
    }

    /** Stops to read messages on all connections; the last one begun is still read. */
    void stopReading() {
        reading = false;
    }

    int connections() {
        return peers.size();
    }

    /** The connections so far, oldest first, with the head of their handshakes. */
    List<RawPeer> handshakes() {
        return List.copyOf(handshakes);
    }

    /** Text and binary frames and Close frames, oldest first. */
    List<RawPeer.Frame> received() {
        return List.copyOf(received);
    }

    List<String> texts() {
        return received.stream()
                .filter(frame -> frame.opcode() == RawPeer.TEXT)
                .map(RawPeer.Frame::text)
                .toList();
    }

    /** Sends to all connections; fails when there is none. */
    void sendText(String text) throws IOException {
        if (peers.isEmpty()) {
            throw new IOException("nobody is connected");
        }
        for (RawPeer peer : peers) {
            peer.sendText(text);
        }
    }

    void sendBinary(byte[] payload) throws IOException {
        for (RawPeer peer : peers) {
            peer.send(0x80 | RawPeer.BINARY, payload);
        }
    }

    /** Cuts all connections without a word; goes on listening. */
    void cut() throws IOException {
        for (RawPeer peer : peers) {
            peer.close();
        }
        peers.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void serve(Socket socket) throws IOException {
        RawPeer peer = RawPeer.accepted(socket);
        handshakes.add(peer);
        if (!refusal.isEmpty()) {
            peer.answer(refusal + "\r\nContent-Length: 0\r\nConnection: close");
            peer.close();
            return;
        }
        peer.answer(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(peer.header("Sec-WebSocket-Key"))
                        + (subprotocol.isEmpty() ? "" : "\r\nSec-WebSocket-Protocol: " + subprotocol));
        socket.setSoTimeout(0);
        peers.add(peer);
        try {
            while (reading) {
                handle(peer, peer.read());
            }
        } finally {
            if (reading) {
                peers.remove(peer);
                peer.close();
            }
        }
    }

    private void handle(RawPeer peer, RawPeer.Frame frame) throws IOException {
        switch (frame.opcode()) {
            case RawPeer.PING -> peer.send(0x80 | RawPeer.PONG, frame.payload());
            case RawPeer.PONG -> {}
            case RawPeer.CLOSE -> {
                received.add(frame);
                peer.send(0x80 | RawPeer.CLOSE, frame.payload());
                throw new IOException("closed");
            }
            default -> received.add(frame);
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void background(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // the socket was closed by one side or the other: the end of this thread's work
                    }
                },
                THREAD);
        thread.setDaemon(true);
        thread.start();
    }
}
