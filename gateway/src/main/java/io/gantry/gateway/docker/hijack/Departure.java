package io.gantry.gateway.docker.hijack;

import io.gantry.gateway.route.SilentMachines;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose client has gone without a word. A client that ends its half and one that has gone look alike to who reads, and who doesn't read,
 * since nobody takes what came before, sees neither; where the other side is quiet, too, such a connection would be held for ever.
 *
 * <p>A unix socket says which it is to who writes, be it nothing at all: unix(7), a peer that is closed gives EPIPE, one that has shut down its half doesn't.
 * What a client said before it went is still passed on: it is closed when nothing more came through for 10 s. A TCP connection is asked by the kernel, see
 * {@link SilentMachines}: a machine that holds the socket no longer answers with a reset.
 *
 * <p>Lives on the channel's event loop.
 */
final class Departure {
    private static final int LOOK_SECONDS = 2;
    /** As long as the agent waits for a program that takes nothing of what a client said that has gone. */
    private static final int LOOKS_WITHOUT_PROGRESS = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final Channel channel;
    private int looksWithoutProgress;

    private Departure(Channel channel) {
        this.channel = channel;
    }

    static Departure watch(Channel channel) {
        Departure departure = new Departure(channel);
        switch (channel) {
            case EpollSocketChannel tcp -> SilentMachines.ask(tcp);
            case UnixChannel unix -> {
                var looks = channel.eventLoop().scheduleAtFixedRate(() -> departure.look(unix), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
                channel.closeFuture().addListener(_ -> looks.cancel(false));
            }
            default -> SilentMachines.ask(channel);
        }
        return departure;
    }

    /** Something that the client said was passed on, or its end. */
    void heard() {
        looksWithoutProgress = 0;
    }

    private void look(UnixChannel unix) {
        looksWithoutProgress++;
        if (channel.isOpen() && looksWithoutProgress > LOOKS_WITHOUT_PROGRESS && isGone(unix)) {
            channel.close();
        }
    }

    private static boolean isGone(UnixChannel unix) {
        try {
            unix.fd().write(NOTHING, 0, 0);
            return false;
        } catch (IOException peerIsClosed) {
            return true;
        }
    }
}
