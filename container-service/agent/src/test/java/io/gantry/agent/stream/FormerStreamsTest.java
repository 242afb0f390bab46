package io.gantry.agent.stream;

import io.gantry.agent.link.NodeIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.function.Consumer;

/** The same by WebSockets, as services of before speak to an agent. */
class FormerStreamsTest extends StreamServerTest {
    @Override
    Future<Talk> dial(Vertx vertx, NodeIdentity identity, int port, String uri, Consumer<Buffer> frames, Runnable gone) {
        WebSocketClientOptions options =
                new WebSocketClientOptions().setVerifyHost(false).setKeyCertOptions(identity.keyCertOptions()).setTrustOptions(identity.trustOptions());
        return vertx.createWebSocketClient(options)
                .connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setSsl(true).setURI(uri))
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
