package io.gantry.cli.image;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.Frames;
import io.gantry.contracts.link.StreamControl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection that a program in a step makes to its ssh agent, and the one here that it becomes. Each side's end is told to the other. */
final class AgentConnection implements Frames.Listener {
    private static final int CHUNK = 32 << 10;
    private static final int SIDES = 2;
    private final Path socket;
    private final PrintWriter err;
    private final CompletableFuture<Frames> inside = new CompletableFuture<>();
    private final CompletableFuture<Boolean> taken = new CompletableFuture<>();
    private final AtomicInteger ended = new AtomicInteger();
    private SocketChannel agent;
    private OutputStream said;

    private AgentConnection(Path socket, PrintWriter err) {
        this.socket = socket;
        this.err = err;
    }

    /**
     * Waits until a program makes one, which goes on by itself from then on.
     *
     * @return whether one came before the step's end
     * @throws io.gantry.cli.client.ApiProblem if the step has no such socket, or not any more
     * @throws UncheckedIOException if the platform can't be reached
     */
    static boolean next(ApiClient api, String path, Path socket, PrintWriter err) {
        AgentConnection connection = new AgentConnection(socket, err);
        Frames frames = api.frames(path, connection);
        connection.inside.complete(frames);
        Thread.ofVirtual().name("ssh agent").start(() -> connection.untilItEnds(frames));
        return connection.taken.join();
    }

    private void untilItEnds(Frames frames) {
        try {
            frames.awaitEnd();
        } catch (UncheckedIOException e) {
            // broken off: over all the same
        } finally {
            taken.complete(false);
            close();
        }
    }

    /** The first one says that there is a program. */
    @Override
    public void output(byte[] bytes, boolean error) {
        try {
            if (taken.complete(true)) {
                dial();
            }
            if (said != null) {
                said.write(bytes);
            }
        } catch (IOException e) {
            // it has left: the program hears that as the end
            close();
        }
    }

    private synchronized void dial() {
        try {
            agent = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            said = Channels.newOutputStream(agent);
            Thread.ofVirtual().name("ssh agent's answers").start(() -> answers(Channels.newInputStream(agent)));
        } catch (IOException e) {
            err.println("gantry: the ssh agent at " + socket + " can't be reached: " + e.getMessage());
            err.flush();
            inside.thenAccept(Frames::close);
        }
    }

    private void answers(InputStream from) {
        Frames to = inside.join();
        byte[] chunk = new byte[CHUNK];
        try {
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                to.input(chunk, count);
            }
        } catch (IOException e) {
            // it has left
        }
        to.endInput();
        sideEnded();
    }

    @Override
    public void control(StreamControl message) {
        if (message instanceof StreamControl.StdinClosed) {
            try {
                if (agent != null) {
                    agent.shutdownOutput();
                }
            } catch (IOException e) {
                // it has left already
            }
            sideEnded();
        }
    }

    private void sideEnded() {
        if (ended.incrementAndGet() == SIDES) {
            inside.thenAccept(Frames::close);
        }
    }

    private synchronized void close() {
        try {
            if (agent != null) {
                agent.close();
            }
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
