package io.gantry.cli.container;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.Frames;
import io.gantry.contracts.link.StreamControl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;

/** One connection here that is one inside a container. */
final class ForwardedConnection implements Frames.Listener {
    private static final int CHUNK = 32 << 10;
    private final OutputStream client;

    private ForwardedConnection(OutputStream client) {
        this.client = client;
    }

    /** Until one of both ends. */
    static void run(ApiClient api, String path, Socket client) throws IOException {
        try (Frames inside = api.frames(path, new ForwardedConnection(client.getOutputStream()))) {
            Thread.ofVirtual().name("to inside").start(() -> pass(client, inside));
            inside.awaitEnd();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void pass(Socket client, Frames inside) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream from = client.getInputStream();
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                inside.input(chunk, count);
            }
            inside.endInput();
        } catch (IOException gone) {
            // without a word: the other side hears it as that
            inside.close();
        }
    }

    @Override
    public void output(byte[] bytes, boolean error) {
        try {
            client.write(bytes);
            client.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void control(StreamControl message) {
        // its end is the stream's
    }
}
