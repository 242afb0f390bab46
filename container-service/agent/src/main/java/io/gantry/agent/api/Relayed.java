package io.gantry.agent.api;

import io.gantry.contracts.envelope.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/** One connection of a container's to the gateway. Each direction ends by itself; when one breaks, or both have ended, the connection is over. */
final class Relayed {
    private static final int PIECE = 64 * 1024;

    private Relayed() {}

    /** Returns when it is over. */
    static void join(SocketChannel client, SSLSocket gateway) {
        try (client; gateway) {
            Thread up = Thread.ofVirtual().name("api up").start(() -> {
                try {
                    copy(Channels.newInputStream(client), gateway.getOutputStream());
                    // the program may still listen
                    gateway.shutdownOutput();
                } catch (IOException e) {
                    quietly(client);
                    quietly(gateway);
                }
            });
            try {
                copy(gateway.getInputStream(), Channels.newOutputStream(client));
                client.shutdownOutput();
                up.join();
            } catch (IOException | InterruptedException e) {
                // one of the two has gone
            }
        } catch (IOException e) {
            // it was over already
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int count; (count = from.read(piece)) >= 0; ) {
            to.write(piece, 0, count);
            to.flush();
        }
    }

    /** As the gateway would, in HTTP. */
    static void refuse(SocketChannel client, String why) {
        byte[] body = Json.write(Map.of("message", why)).getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n".formatted(body.length);
        try {
            client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            client.write(ByteBuffer.wrap(body));
            client.shutdownOutput();
            // what it says must have been read, or it would hear of nothing but that
            Channels.newInputStream(client).transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // it has gone
        }
    }

    static void quietly(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
