package io.gantry.gateway.route;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes TCP connections whose client's machine has fallen silent: it lost its power, or its network, so that nobody sends what ends a connection.
 *
 * <p>Where nothing is on its way the kernel asks (tcp(7), {@code TCP_KEEPIDLE}): the first time after 30 s, and a minute after the last word it gives up. Where
 * something is on its way, or waits until the client has room, the kernel sends that again, or asks for room, for a quarter of an hour instead ({@code tcp_retries2});
 * what nobody has acknowledged for a minute is taken for the same. A client that takes its time to read isn't meant: its machine acknowledges what it has, and says
 * that it has no room.
 *
 * <p>Such a connection is closed at once, by a reset: what still waits to be sent will never be, neither here nor in the kernel. Vert.x would wait for that before it
 * closes, and the kernel, once the connection is nobody's, for minutes more.
 */
public final class SilentMachines {
    private static final int IDLE_SECONDS = 30;
    private static final int AGAIN_SECONDS = 10;
    private static final int PROBES = 3;
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AttributeKey<Boolean> ASKED = AttributeKey.valueOf("gantry.silent-machines");

    private SilentMachines() {}

    /** Once or more often for a connection. */
    public static void ask(HttpConnection connection) {
        ask(((ConnectionBase) connection).channel());
    }

    /** Once or more often for a connection; does nothing for what isn't TCP. */
    public static void ask(Channel channel) {
        switch (channel) {
            case EpollSocketChannel tcp -> {
                if (channel.attr(ASKED).setIfAbsent(true) == null) {
                    watch(tcp, LOOK, PATIENCE);
                }
            }
            case DomainSocketChannel _ -> {
                // its other side can't be elsewhere
            }
            // without Netty's native transport: the kernel asks, after hours
            default -> channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        }
    }

    /** @param look how often it is looked for what stands unanswered */
    static void watch(EpollSocketChannel tcp, Duration look, Duration patience) {
        tcp.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPINTVL, AGAIN_SECONDS);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        EpollTcpInfo info = new EpollTcpInfo();
        Unanswered unanswered = new Unanswered(patience);
        var looks = tcp.eventLoop().scheduleAtFixedRate(() -> look(tcp, info, unanswered), look.toMillis(), look.toMillis(), TimeUnit.MILLISECONDS);
        tcp.closeFuture().addListener(_ -> looks.cancel(false));
    }

    /** By tcp(7), {@code TCP_INFO}. */
    private static void look(EpollSocketChannel channel, EpollTcpInfo info, Unanswered unanswered) {
        if (channel.isOpen()) {
            channel.tcpInfo(info);
            if (unanswered.tooLong(info.unacked(), info.probes(), info.lastAckRecv())) {
                reset(channel);
            }
        }
    }

    /** From the head of the pipeline, past those that would wait for what is still to be sent. */
    private static void reset(EpollSocketChannel channel) {
        channel.config().setSoLinger(0);
        channel.pipeline().firstContext().close();
    }
}
