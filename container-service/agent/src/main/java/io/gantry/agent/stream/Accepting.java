package io.gantry.agent.stream;

import io.vertx.core.Context;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/**
 * A connection that a program inside makes, for a client that waits for it. An empty message says that there is one; each side's end is told to the other, and
 * when the client closes it is over.
 */
final class Accepting {
    private Accepting() {}

    /** @param call cancelled if the client leaves before; when it is cancelled by somebody else, the client is sent away */
    static void run(FrameClient client, Context context, CompletableFuture<SocketChannel> call) {
        FrameStreams streams = new FrameStreams(client, context);
        client.onGone(() -> call.cancel(false));
        call.whenCompleteAsync((inside, gone) -> {
            if (gone != null) {
                context.runOnContext(_ -> client.close());
            } else {
                join(streams, inside);
            }
        }, Thread::startVirtualThread);
    }

    private static void join(FrameStreams streams, SocketChannel inside) {
        streams.write(Frames.of(Frames.STDOUT, new byte[0], 0));
        streams.feed(Forwarding.target(inside), true, () -> Forwarding.close(inside));
        streams.send(Frames.STDOUT, Channels.newInputStream(inside), true)
                .thenRunAsync(() -> streams.write(Frames.of(new Frames.Control.StdinClosed())), Thread::startVirtualThread);
    }

    /** Of a client that never came. */
    static void leave(CompletableFuture<SocketChannel> call) {
        if (!call.cancel(false)) {
            call.thenAccept(Forwarding::close);
        }
    }
}
