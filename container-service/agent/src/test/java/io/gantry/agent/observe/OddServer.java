package io.gantry.agent.observe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Speaks HTTP on loopback; while it hangs, the heads of its answers come and their bodies don't. */
final class OddServer implements AutoCloseable {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    final BlockingQueue<String> targets = new LinkedBlockingQueue<>();
    /** Clients that left while they were owed a body. */
    final BlockingQueue<String> left = new LinkedBlockingQueue<>();
    volatile boolean hangs;
    private final ServerSocket listener;

    OddServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.startVirtualThread(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String target = line.split(" ")[1];
                while (!line.isEmpty()) {
                    line = in.readLine();
                }
                targets.add(target);
                client.getOutputStream().write((hangs ? HEAD : HEAD + "ok").getBytes(StandardCharsets.US_ASCII));
                if (hangs) {
                    leave(in);
                    left.add(target);
                    return;
                }
            }
        } catch (IOException e) {
            // it went
        }
    }

    private static void leave(BufferedReader in) {
        try {
            while (in.readLine() != null) {
                continue;
            }
        } catch (IOException e) {
            // a reset is an end, too
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
