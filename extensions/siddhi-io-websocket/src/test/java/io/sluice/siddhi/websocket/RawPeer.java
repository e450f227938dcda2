package io.sluice.siddhi.websocket;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One end of a WebSocket connection, as plain as it gets, so that a test can break every rule. Blocking; reads give up after 20 s. */
final class RawPeer implements AutoCloseable {

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** A whole frame as it came. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        String closeReason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final boolean client;
    private final DataInputStream in;
    private final OutputStream out;
    private final List<String> head;

    /** Takes a socket over and reads the other side's request or response. */
    private RawPeer(Socket socket, boolean client, String opening) throws IOException {
        this.socket = socket;
        this.client = client;
        socket.setSoTimeout(20_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        out.write(opening.getBytes(StandardCharsets.ISO_8859_1));
        head = readHead();
    }

    static RawPeer connect(int port, String path, String... headers) throws IOException {
        return connect(new Socket(InetAddress.getLoopbackAddress(), port), path, headers);
    }

    /** For a client with its own socket, for example one with a small receive buffer. */
    static RawPeer connect(Socket socket, String path, String... headers) throws IOException {
        String opening = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + String.join(
                        "",
                        Arrays.stream(headers).map(header -> header + "\r\n").toList()) + "\r\n";
        return new RawPeer(socket, true, opening);
    }

    /** The server end; the request is read, the answer is up to {@link #answer}. */
    static RawPeer accepted(Socket socket) throws IOException {
        return new RawPeer(socket, false, "");
    }

    void answer(String head) throws IOException {
        out.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Status line or request line. */
    String firstLine() {
        return head.get(0);
    }

    /** The value of a header, or "". */
    String header(String name) {
        return head.stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    void sendText(String text) throws IOException {
        send(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a frame with this first byte, masked on the client's side. */
    synchronized void send(int firstByte, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(firstByte);
        int mask = client ? 0x80 : 0;
        if (payload.length < 126) {
            frame.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(mask | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(mask | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        if (client) {
            frame.writeBytes(new byte[4]); // a mask of zeros leaves the payload as it is
        }
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
    }

    void sendClose(int code) throws IOException {
        send(0x80 | CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
    }

    /** The next frame of any kind. */
    Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] mask = (second & 0x80) == 0 ? new byte[4] : in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException();
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame(opcode, payload);
    }

    private List<String> readHead() throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                if (line.isEmpty()) {
                    break;
                }
                lines.add(line.toString());
                line.setLength(0);
            } else if (next != '\r') {
                line.append((char) next);
            }
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
