package io.gantry.cli.container;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.Frames;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** This terminal, tied to a process in a container. */
final class Session implements Frames.Listener, AutoCloseable {
    private final CompletableFuture<StreamControl.Exit> end = new CompletableFuture<>();
    private final Terminal terminal;
    private DetachKeys keys;
    private volatile boolean detached;
    private final Frames frames;

    private Session(ApiClient api, String path, boolean tty) {
        terminal = tty ? Terminal.raw() : Terminal.untouched();
        try {
            frames = api.frames(path, this);
        } catch (RuntimeException e) {
            terminal.close();
            throw e;
        }
        if (tty) {
            terminal.size().ifPresent(size -> frames.resize(size.rows(), size.columns()));
        }
    }

    /** What is typed goes nowhere until {@link #passInput}. */
    static Session open(ApiClient api, String path, boolean tty) {
        return new Session(api, path, tty);
    }

    /**
     * Ties this terminal to a further command until that ends.
     *
     * @param keys by which a person leaves it; {@code null} for none
     * @return its exit code; 0 if it was left
     */
    static int follow(ApiClient api, String path, boolean tty, boolean input, DetachKeys keys, PrintWriter err) {
        try (Session session = open(api, path, tty)) {
            session.leavingBy(keys);
            if (input) {
                session.passInput();
            }
            StreamControl.Exit exit = session.awaitEnd();
            if (session.detached()) {
                return 0;
            }
            if (exit == null) {
                throw new IllegalArgumentException("the stream ended before the command did; is the node there? See: gantry nodes");
            }
            if (exit.error() != null) {
                err.println("gantry: " + exit.error());
            }
            return exit.code();
        }
    }

    /** Typing these keys leaves the process running and ends this session. */
    Session leavingBy(DetachKeys given) {
        keys = given;
        return this;
    }

    /** The keys were typed. */
    boolean detached() {
        return detached;
    }

    /** From now on what is typed goes to the process, which must have been started. */
    void passInput() {
        Thread.ofVirtual().name("stdin").start(this::pump);
    }

    /** Until the stream ends. @return how it told that it ended, or {@code null} */
    StreamControl.Exit awaitEnd() {
        frames.awaitEnd();
        return end.getNow(null);
    }

    @Override
    public void output(byte[] bytes, boolean error) {
        PrintStream to = error ? System.err : System.out;
        to.write(bytes, 0, bytes.length);
        to.flush();
    }

    @Override
    public void control(StreamControl message) {
        if (message instanceof StreamControl.Exit exit) {
            end.complete(exit);
        }
    }

    private void pump() {
        byte[] buffer = new byte[8192];
        try {
            for (int count = System.in.read(buffer); count >= 0; count = System.in.read(buffer)) {
                byte[] passed = keys == null ? null : keys.pass(buffer, count);
                if (keys == null) {
                    frames.input(buffer, count);
                } else if (passed == null) {
                    detached = true;
                    frames.detach();
                    frames.close();
                    return;
                } else if (passed.length > 0) {
                    frames.input(passed, passed.length);
                }
            }
            frames.endInput();
        } catch (IOException e) {
            throw new UncheckedIOException("standard input can't be read", e);
        }
    }

    @Override
    public void close() {
        frames.close();
        terminal.close();
    }
}
