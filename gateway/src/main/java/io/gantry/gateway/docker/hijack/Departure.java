package io.gantry.gateway.docker.hijack;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
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
 * A TCP connection is asked by the kernel (tcp(7), {@code TCP_KEEPIDLE}): a machine that holds the socket no longer answers with a reset.
 */
final class Departure {
    private static final long LOOK_MILLIS = 2000;
    private static final int IDLE_SECONDS = 30;
    private static final int AGAIN_SECONDS = 10;
    private static final int PROBES = 3;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private Departure() {}

    /** On the channel's event loop. */
    static void watch(Channel channel) {
        switch (channel) {
            case EpollSocketChannel tcp -> {
                tcp.config().setOption(ChannelOption.SO_KEEPALIVE, true);
                tcp.config().setOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS);
                tcp.config().setOption(EpollChannelOption.TCP_KEEPINTVL, AGAIN_SECONDS);
                tcp.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
            }
            case UnixChannel unix -> {
                var looks = channel.eventLoop().scheduleAtFixedRate(() -> closeIfGone(channel, unix), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
                channel.closeFuture().addListener(_ -> looks.cancel(false));
            }
            default -> channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        }
    }

    private static void closeIfGone(Channel channel, UnixChannel unix) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            unix.fd().write(NOTHING, 0, 0);
        } catch (IOException gone) {
            channel.close();
        }
    }
}
