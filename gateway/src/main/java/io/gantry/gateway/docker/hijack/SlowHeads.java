package io.gantry.gateway.docker.hijack;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http1xServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Who connects and says nothing, or begins a request and never comes to the end of its head, is cut off: nobody knows yet who that is, and it would hold its
 * connection for ever. Between two requests a client may take its time, as those that keep connections do.
 */
public final class SlowHeads {
    static final String BYTES = "gantry-bytes";
    static final String HEADS = "gantry-heads";
    private static final String DECODER = "httpDecoder";
    private final Channel channel;
    private final Duration limit;
    private Future<?> clock;
    /** A request has begun and hasn't come to its end; its first bytes may be all that there is. */
    private boolean within;

    private SlowHeads(Channel channel, Duration limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /** To be called for each new connection, on its event loop. */
    public static void watch(HttpConnection connection, Duration limit) {
        Channel channel = ((Http1xServerConnection) connection).channel();
        SlowHeads heads = new SlowHeads(channel, limit);
        channel.pipeline().addBefore(DECODER, BYTES, heads.bytes()).addAfter(DECODER, HEADS, heads.heads());
        channel.closeFuture().addListener(_ -> heads.stop());
        heads.begin();
    }

    /** What follows is no request any more. */
    static void leave(Channel channel) {
        if (channel.pipeline().get(HEADS) != null) {
            channel.pipeline().remove(HEADS);
            channel.pipeline().remove(BYTES);
        }
    }

    private void begin() {
        within = true;
        clock = channel.eventLoop().schedule(this::cutOff, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop() {
        if (clock != null) {
            clock.cancel(false);
        }
    }

    private void cutOff() {
        String body = "{\"message\":\"the head of a request was not whole within " + limit.toSeconds() + " s\"}";
        String answer = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        ChannelHandlerContext at = channel.pipeline().context(BYTES);
        if (at != null) {
            at.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private ChannelInboundHandlerAdapter bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (!within) {
                    begin();
                }
                context.fireChannelRead(message);
            }
        };
    }

    private ChannelInboundHandlerAdapter heads() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpRequest) {
                    within = true;
                    stop();
                }
                if (message instanceof LastHttpContent) {
                    within = false;
                }
                context.fireChannelRead(message);
            }
        };
    }
}
