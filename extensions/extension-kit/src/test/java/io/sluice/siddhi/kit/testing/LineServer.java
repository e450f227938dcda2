package io.sluice.siddhi.kit.testing;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that remembers the lines it gets and sends lines to whoever is connected. */
final class LineServer implements Closeable {

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final int port;
    private ServerSocket server;
    private Thread acceptor;

    LineServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = server.getLocalPort();
        acceptor = accept(server);
    }

    int port() {
        return port;
    }

    List<String> received() {
        return received;
    }

    int clients() {
        return clients.size();
    }

    void send(String line) throws IOException {
        for (Socket client : clients) {
            client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    void open() throws IOException {
        ServerSocket again = new ServerSocket();
        again.setReuseAddress(true);
        again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server = again;
        acceptor = accept(again);
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join(); // the port is free only when nobody waits at it any more
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
        for (Socket client : clients) {
            client.close();
        }
    }

    private Thread accept(ServerSocket listening) {
        return daemon("line-server", () -> {
            while (true) {
                Socket client = listening.accept();
                clients.add(client);
                daemon("line-server-client", () -> read(client));
            }
        });
    }

    private void read(Socket client) throws IOException {
        try (client;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                received.add(line);
            }
        } finally {
            clients.remove(client);
        }
    }

    interface Work {
        void run() throws IOException;
    }

    static Thread daemon(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // the socket was closed: the thread's work is over
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
