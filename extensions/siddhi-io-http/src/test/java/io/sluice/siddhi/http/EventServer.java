package io.sluice.siddhi.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of events that keeps all of them and honours Last-Event-ID; it can lose its clients, go away and come back on its port. */
final class EventServer implements AutoCloseable {

    private final List<String> events = new ArrayList<>(); // guarded by this, like all below
    private final List<Socket> clients = new ArrayList<>();
    private final List<String> askedFrom = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private int port;

    EventServer() throws IOException {
        start();
    }

    String url() {
        return "http://127.0.0.1:" + port + "/events";
    }

    /** The Last-Event-ID of each connection; empty without. */
    List<String> askedFrom() {
        return askedFrom;
    }

    synchronized int connections() {
        return clients.size();
    }

    synchronized void start() throws IOException {
        ServerSocket opened = Host.eventually() // a port stays taken for an instant after its server has closed
                .ignoreExceptions()
                .until(() -> new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), ServerSocket::isBound);
        server = opened;
        port = opened.getLocalPort();
        Thread thread = new Thread(() -> accept(opened), "test-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void stop() throws IOException {
        server.close();
        loseClients();
    }

    synchronized void loseClients() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    synchronized void send(String data) throws IOException {
        events.add(data);
        for (Socket client : List.copyOf(clients)) {
            try {
                write(client, events.size());
            } catch (IOException gone) {
                clients.remove(client);
            }
        }
    }

    private void write(Socket client, int id) throws IOException {
        String frame = "id: " + id + "\ndata: " + events.get(id - 1) + "\n\n";
        client.getOutputStream().write(frame.getBytes(StandardCharsets.UTF_8));
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                String last = "";
                BufferedReader head =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
                    if (line.toLowerCase(java.util.Locale.ROOT).startsWith("last-event-id:")) {
                        last = line.substring(line.indexOf(':') + 1).trim();
                    }
                }
                join(client, last);
            } catch (IOException closed) {
                // the loop ends with the server
            }
        }
    }

    private synchronized void join(Socket client, String last) throws IOException {
        askedFrom.add(last);
        client.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-From: test\r\n\r\nretry: 50\n\n"
                        .getBytes(StandardCharsets.UTF_8));
        for (int id = last.isEmpty() ? events.size() + 1 : Integer.parseInt(last) + 1; id <= events.size(); id++) {
            write(client, id);
        }
        clients.add(client);
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
