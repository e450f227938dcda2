package io.sluice.kafka.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two loopback ports of the broker, bound before Kafka starts: a taken port is found at once, and a free port cannot be lost between choosing and
 * using it. Kafka gets the open channels by listener name and closes them itself.
 */
final class BoundPorts implements ServerSocketFactory, AutoCloseable {

    static final String CLIENTS = "PLAINTEXT";
    static final String CONTROLLER = "CONTROLLER";

    private final ServerSocketChannel clients;
    private final ServerSocketChannel controller;

    private BoundPorts(ServerSocketChannel clients, ServerSocketChannel controller) {
        this.clients = clients;
        this.controller = controller;
    }

    /** Binds the clients' port, and any free one for the controller. */
    static BoundPorts bind(int port) throws IOException {
        ServerSocketChannel clients = open(port);
        try {
            return new BoundPorts(clients, open(0));
        } catch (IOException noFreePort) {
            clients.close();
            throw noFreePort;
        }
    }

    private static ServerSocketChannel open(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            return channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        } catch (IOException taken) {
            channel.close();
            throw taken;
        }
    }

    int clientsPort() {
        return clients.socket().getLocalPort();
    }

    int controllerPort() {
        return controller.socket().getLocalPort();
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBuffer) {
        return listener.equals(CONTROLLER) ? controller : clients;
    }

    @Override
    public void close() throws IOException {
        clients.close();
        controller.close();
    }
}
