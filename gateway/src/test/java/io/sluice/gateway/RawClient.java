package io.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A client on a bare socket: may send anything, may never read. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** @param receiveBuffer bytes the kernel may hold for this client; 0 for the default */
    RawClient(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** An opening handshake with more header lines, each without line end. */
    static String handshake(String path, String... headers) {
        return "GET " + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + Arrays.stream(headers).map(line -> line + "\r\n").collect(Collectors.joining())
                + "\r\n";
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Status line and headers, their names in lower case, then as much of the body as Content-Length says. */
    String answer() throws IOException {
        String text = head();
        int at = text.indexOf("content-length: ");
        if (at < 0) {
            return text;
        }
        int length = Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at)));
        return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Status line and headers, their names in lower case. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1)
                .lines()
                .map(RawClient::withLowerCaseName)
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /** Everything until the server ends the connection. */
    String untilEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketException reset) {
            all.write("<reset>".getBytes(StandardCharsets.US_ASCII));
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads that many bytes and throws them away. */
    void skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    private static String withLowerCaseName(String line) {
        int colon = line.startsWith("HTTP/") ? 0 : Math.max(0, line.indexOf(':'));
        return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
    }

    /** The code of the Close frame; frames before it are skipped. */
    int closeCode() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0F;
            long length = length();
            if (opcode == 8) {
                return in.readUnsignedShort();
            }
            in.skipNBytes(length);
        }
    }

    /** As {@link #closeCode}, or -1 where the connection ends without one. */
    int closeCodeOrEnd() throws IOException {
        try {
            return closeCode();
        } catch (EOFException | SocketException cut) {
            return -1;
        }
    }

    /** Reads messages until one is equal to the text; fails if there is none in time. */
    boolean receives(String text) throws IOException {
        while (true) {
            in.readUnsignedByte();
            byte[] payload = in.readNBytes((int) length());
            if (new String(payload, StandardCharsets.UTF_8).equals(text)) {
                return true;
            }
        }
    }

    private long length() throws IOException {
        int length = in.readUnsignedByte() & 0x7F;
        return length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
    }

    /** Whether the server ends the connection, in time. */
    boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
