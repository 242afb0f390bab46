package io.gantry.gateway.docker.hijack;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http1xServerConnection;

/**
 * A client that ends its half of a TLS connection leaves the TCP connection as it is. As long as nobody has taken that over, this is the end of both, as it is
 * where there is no TLS.
 */
public final class ClosesWithItsPeer extends ChannelInboundHandlerAdapter {
    static final String NAME = "gantry-closes-with-its-peer";

    private ClosesWithItsPeer() {}

    /** To be called for each new connection. */
    public static void watch(HttpConnection connection) {
        ((Http1xServerConnection) connection).channel().pipeline().addLast(NAME, new ClosesWithItsPeer());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
