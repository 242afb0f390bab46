package io.gantry.agent.stream;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.function.Consumer;

/** A connection of its own for each stream. */
final class WebSocketCarrier implements StreamCarrier {
    @Override
    public Future<Talk> dial(StreamHost host, String uri, Consumer<Buffer> frames, Runnable gone) {
        WebSocketClientOptions options =
                new WebSocketClientOptions().setVerifyHost(false).setKeyCertOptions(host.identity.keyCertOptions()).setTrustOptions(host.identity.trustOptions());
        return host.vertx.createWebSocketClient(options)
                .connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(host.port).setSsl(true).setURI(uri))
                .map(socket -> {
                    socket.binaryMessageHandler(frames::accept);
                    socket.closeHandler(_ -> gone.run());
                    return new BySocket(socket);
                });
    }

    private record BySocket(WebSocket socket) implements Talk {
        @Override
        public void say(Buffer frame) {
            socket.writeBinaryMessage(frame);
        }

        @Override
        public void leave() {
            socket.close();
        }

        @Override
        public void vanish() {
            socket.close();
        }
    }
}
