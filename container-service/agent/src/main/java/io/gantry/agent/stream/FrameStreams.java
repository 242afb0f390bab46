package io.gantry.agent.stream;

import io.gantry.contracts.envelope.Json;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Carries the blocking streams of a container or a command to a client and back, each direction on a virtual thread. A reader who is slow slows
 * the program down; a program that doesn't read its input slows the sender down.
 */
final class FrameStreams {
    private static final Logger LOG = Logger.getLogger(FrameStreams.class);
    private static final int CHUNK = 32 << 10;
    private static final int MUCH = 256 << 10;
    private static final int LITTLE = 64 << 10;
    /** What a message takes besides its bytes, of which it may have none. */
    private static final int OWN = 256;
    /** For a program that reads nothing of what a client sent that has gone. */
    private static final long PATIENCE_MILLIS = 10_000;

    private static final long ASK_MILLIS = 5000;

    private static final Buffer END = Buffer.buffer();

    /** What the streams belong to. */
    interface Target {
        OutputStream stdin();

        void closeStdin() throws IOException;

        void resize(int rows, int columns);

        /** The client has gone; what it sent before is still on its way here. On the event loop. */
        void gone();

        /** What a client sent that has gone isn't taken: somebody doesn't read. On the event loop. */
        void giveUp();

        /** The client leaves, and what runs is to go on. */
        void detach();
    }

    private final FrameClient client;
    private final Context context;
    private final BlockingQueue<Buffer> input = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    /** Everything that came has been delivered, and nothing more comes. */
    private volatile boolean fed;
    private boolean paused;
    /** Of the feeding thread. */
    private boolean detached;

    /** On the client's event loop, before anything was read from it. */
    FrameStreams(FrameClient client, Context context) {
        this.client = client;
        this.context = context;
        client.onFrame(this::received);
    }

    private void received(Buffer message) {
        input.add(message);
        if (waiting.addAndGet(message.length() + OWN) >= MUCH && !paused) {
            paused = true;
            client.pause();
            seeWhetherItIsThere();
        }
    }

    /** Who isn't read from has left unheard: that is learned by saying something. */
    private void seeWhetherItIsThere() {
        context.owner().setPeriodic(ASK_MILLIS, timer -> {
            if (paused && !client.isGone()) {
                client.ask();
            } else {
                context.owner().cancelTimer(timer);
            }
        });
    }

    /** Everything the client sends goes to {@code target}, until the client leaves; then {@code left} runs, or it was detached. */
    void feed(Target target, boolean stdin, Runnable left) {
        context.runOnContext(_ -> {
            if (client.isGone()) {
                gone(target);
            } else {
                client.onGone(() -> gone(target));
            }
        });
        Thread.startVirtualThread(() -> {
            try {
                for (Buffer message = input.take(); message != END; message = input.take()) {
                    if (waiting.addAndGet(-message.length() - OWN) <= LITTLE) {
                        context.runOnContext(_ -> resume());
                    }
                    deliver(message, target, stdin);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                fed = true;
                if (detached) {
                    target.detach();
                } else {
                    left.run();
                }
            }
        });
    }

    private void gone(Target target) {
        target.gone();
        input.add(END);
        seeWhetherItIsTaken(target, waiting.get());
    }

    private void seeWhetherItIsTaken(Target target, int before) {
        context.owner().setTimer(PATIENCE_MILLIS, _ -> {
            int now = waiting.get();
            if (fed) {
                return;
            }
            if (now < before) {
                seeWhetherItIsTaken(target, now);
            } else {
                target.giveUp();
            }
        });
    }

    private void resume() {
        if (paused) {
            paused = false;
            client.resume();
        }
    }

    private void deliver(Buffer message, Target target, boolean stdin) {
        try {
            if (message.length() > 0 && message.getByte(0) == Frames.STDIN && stdin) {
                target.stdin().write(message.getBytes(), 1, message.length() - 1);
                target.stdin().flush();
            } else if (message.length() > 0 && message.getByte(0) == Frames.CONTROL) {
                switch (Json.read(message.getString(1, message.length()), Frames.Control.class)) {
                    case Frames.Control.Resize(var rows, var columns) -> target.resize(rows, columns);
                    case Frames.Control.StdinClosed _ -> target.closeStdin();
                    case Frames.Control.Detach _ -> detached = true;
                    case Frames.Control.Exit _ -> LOG.debug("a client doesn't send that");
                    case null -> LOG.debug("a client says null");
                }
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            // the program closed its input or is gone: what it can't read is dropped
            LOG.debugf("input dropped: %s", e.getMessage());
        }
    }

    /** Sends all of {@code from} until it ends; reads on without sending once the client has left. Completes when it has ended. */
    CompletableFuture<Void> send(byte stream, InputStream from, boolean wanted) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            byte[] chunk = new byte[CHUNK];
            boolean sending = wanted;
            try {
                for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                    sending = sending && write(Frames.of(stream, chunk, n));
                }
            } catch (IOException e) {
                LOG.debugf("output ended: %s", e.getMessage());
            } finally {
                ended.complete(null);
            }
        });
        return ended;
    }

    /** Waits until it is on its way; false if the client has left. Not from an event loop. */
    boolean write(Buffer message) {
        if (client.isGone()) {
            return false;
        }
        try {
            CompletableFuture<Void> written = new CompletableFuture<>();
            context.runOnContext(_ -> client.write(message)
                    .onSuccess(written::complete)
                    .onFailure(written::completeExceptionally));
            written.join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** Says how it ended and closes. */
    void end(Frames.Control.Exit exit) {
        write(Frames.of(exit));
        context.runOnContext(_ -> client.close());
    }
}
