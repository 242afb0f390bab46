package io.gantry.agent.stream;

import io.gantry.agent.observe.Happenings;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** One client at a container's streams, until the run ends or the client leaves. */
final class Attaching {
    private Attaching() {}

    /** @param attempt the one whose streams these are, see {@link RunEnds#attempt} */
    static void run(
            FrameStreams streams,
            AttachSession session,
            RunEnds ends,
            Happenings happenings,
            ContainerId id,
            long attempt,
            boolean stdin,
            boolean stdout,
            boolean stderr) {
        CompletableFuture<Held> over = ends.ended(id, attempt);
        // a start that fails before there is anything to be attached to ends the streams, too
        over.thenRun(session::giveUp);
        streams.feed(target(session, (rows, columns) -> happenings.happened(id, new Observed.What.Resized(rows, columns))), stdin, () -> {
            session.close();
            over.cancel(false);
        });
        CompletableFuture.allOf(
                        streams.send(Frames.STDOUT, session.stdout(), stdout),
                        streams.send(Frames.STDERR, session.stderr(), stderr))
                .thenCompose(_ -> over)
                .thenAcceptAsync(held -> streams.end(exit(held)), task -> Thread.startVirtualThread(task));
    }

    private static Frames.Control.Exit exit(Held held) {
        if (held == null || held.outcome().exitCode() == null && held.trouble().failure() == null) {
            return new Frames.Control.Exit(0, null);
        }
        return held.trouble().failure() == null
                ? new Frames.Control.Exit(held.outcome().exitCode(), null)
                : new Frames.Control.Exit(125, held.trouble().failure().step() + ": " + held.trouble().failure().detail());
    }

    private interface Resizing {
        void to(int rows, int columns);
    }

    private static FrameStreams.Target target(AttachSession session, Resizing told) {
        return new FrameStreams.Target() {
            @Override
            public OutputStream stdin() {
                return session.stdin();
            }

            @Override
            public void closeStdin() {
                session.closeStdin();
            }

            @Override
            public void resize(int rows, int columns) {
                session.resize(rows, columns);
                told.to(rows, columns);
            }

            @Override
            public void gone() {
                // what it sent may wait for a start that never comes
                session.giveUp();
            }

            @Override
            public void giveUp() {
                session.close();
            }

            @Override
            public void detach() {
                session.close();
            }
        };
    }
}
