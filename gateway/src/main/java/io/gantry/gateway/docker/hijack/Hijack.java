package io.gantry.gateway.docker.hijack;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.streams.impl.InboundBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection taken over from HTTP/1.1 as raw bytes both ways: any method, with or without {@code Upgrade}; what the client sent
 * together with its request is kept; the client's half-close is an event in order with its data; a client that has gone
 * is noticed though nobody reads or writes; nothing is read before {@link #resume}. Uses Vert.x' internal packages, because its public
 * take-over knows neither POST nor half-close.
 */
public final class Hijack {
    private static final String EARLY = "gantry-early";
    private static final Object EOF = new Object();
    /** A client closes when it hears of the end. */
    private static final int LEAVING_SECONDS = 2;
    private final Context context = Vertx.currentContext();
    private final NetSocketInternal socket;
    private final InboundBuffer<Object> in = new InboundBuffer<>(context);
    private final Departure departure;
    private Consumer<Buffer> data = bytes -> {};
    private Runnable eof = () -> {};
    private Runnable drain = () -> {};
    private boolean ended;

    private Hijack(NetSocketInternal socket) {
        this.socket = socket;
        Channel channel = channel();
        // only now: on a connection between two requests the client's FIN shall close it
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        departure = Departure.watch(channel);
        in.pause();
        in.drainHandler(v -> channel.config().setAutoRead(true));
        in.handler(this::handle);
        socket.messageHandler(this::receive);
        socket.eventHandler(event -> {
            // by TLS a client says that it has ended before the connection does
            if (event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent) {
                end();
            }
        });
        socket.closeHandler(v -> end());
        socket.exceptionHandler(e -> end());
        socket.drainHandler(v -> drain.run());
    }

    /** To be called synchronously from the request's handler, or from its end handler if it has a body: later bytes are raw. */
    public static Hijack take(HttpServerRequest request) {
        Http1xServerConnection connection = (Http1xServerConnection) request.connection();
        var pipeline = connection.channel().pipeline();
        // Vert.x drops what its decoder has read beyond the request
        List<Object> early = new ArrayList<>();
        pipeline.addAfter("httpDecoder", EARLY, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext at, Object message) {
                if (message instanceof ByteBuf) {
                    early.add(message);
                } else {
                    at.fireChannelRead(message);
                }
            }
        });
        Hijack hijack = new Hijack((NetSocketInternal) connection.netSocket().result());
        ChannelHandlerContext at = pipeline.context(EARLY);
        early.forEach(at::fireChannelRead);
        pipeline.remove(EARLY);
        if (pipeline.context(ClosesWithItsPeer.NAME) != null) {
            pipeline.remove(ClosesWithItsPeer.NAME);
        }
        SlowHeads.leave(connection.channel());
        return hijack;
    }

    public Hijack onData(Consumer<Buffer> handler) {
        data = handler;
        return this;
    }

    /** After the last byte of the client; also when the connection is gone. */
    public Hijack onEof(Runnable handler) {
        eof = handler;
        return this;
    }

    public Hijack onDrain(Runnable handler) {
        drain = handler;
        return this;
    }

    /** The connection is gone, both ways. */
    public Hijack onClose(Runnable handler) {
        channel().closeFuture().addListener(f -> context.runOnContext(v -> handler.run()));
        return this;
    }

    public boolean open() {
        return channel().isOpen();
    }

    public boolean full() {
        return socket.writeQueueFull();
    }

    public void write(Buffer bytes) {
        socket.write(bytes);
    }

    public void pause() {
        in.pause();
    }

    public void resume() {
        in.resume();
    }

    /**
     * Once everything written so far is out. A connection that is closed with something of its client unread tells it that it was reset, in the place of the end:
     * what still comes is read, until the client ends its half, too, and for no longer than some seconds.
     */
    public void close() {
        context.runOnContext(v -> socket.writeMessage(Unpooled.EMPTY_BUFFER).onComplete(x -> leave()));
    }

    private void leave() {
        if (ended || !(channel() instanceof DuplexChannel both)) {
            socket.close();
            return;
        }
        data = bytes -> {};
        eof = socket::close;
        SslHandler secured = both.pipeline().get(SslHandler.class);
        if (secured != null) {
            secured.closeOutbound();
        }
        both.shutdownOutput();
        var patience = both.eventLoop().schedule(() -> both.close(), LEAVING_SECONDS, TimeUnit.SECONDS);
        both.closeFuture().addListener(_ -> patience.cancel(false));
        in.resume();
    }

    /** What has been read of the bytes before, such as the request, is no part of them: a buffer of Vert.x' begins where its memory does. */
    private void receive(Object message) {
        if (message instanceof ByteBuf bytes && !in.write(Buffer.buffer(VertxHandler.safeBuffer(bytes).slice()))) {
            channel().config().setAutoRead(false);
        }
    }

    private void handle(Object message) {
        departure.heard();
        if (message == EOF) {
            eof.run();
        } else {
            data.accept((Buffer) message);
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            in.write(EOF);
        }
    }

    private Channel channel() {
        return socket.channelHandlerContext().channel();
    }
}
