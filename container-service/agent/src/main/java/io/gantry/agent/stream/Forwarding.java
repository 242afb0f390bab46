package io.gantry.agent.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.jboss.logging.Logger;

/** One client at a port inside a container, until one of both closes. */
final class Forwarding {
    private static final Logger LOG = Logger.getLogger(Forwarding.class);

    private Forwarding() {}

    /** @param inside closed at the end */
    static void run(FrameStreams streams, SocketChannel inside) {
        streams.feed(target(inside), true, () -> close(inside));
        streams.send(Frames.STDOUT, Channels.newInputStream(inside), true).thenRunAsync(() -> {
            streams.end(new Frames.Control.Exit(0, null));
            close(inside);
        }, task -> Thread.startVirtualThread(task));
    }

    static FrameStreams.Target target(SocketChannel inside) {
        OutputStream stdin = Channels.newOutputStream(inside);
        return new FrameStreams.Target() {
            @Override
            public OutputStream stdin() {
                return stdin;
            }

            @Override
            public void closeStdin() throws IOException {
                inside.shutdownOutput();
            }

            @Override
            public void resize(int rows, int columns) {
                LOG.debug("a connection has no size");
            }

            @Override
            public void gone() {
                // what it sent is still delivered; then it is closed
            }

            @Override
            public void giveUp() {
                close(inside);
            }

            @Override
            public void detach() {
                close(inside);
            }
        };
    }

    static void close(SocketChannel inside) {
        try {
            inside.close();
        } catch (IOException e) {
            LOG.debugf("a connection was broken already: %s", e.getMessage());
        }
    }
}
