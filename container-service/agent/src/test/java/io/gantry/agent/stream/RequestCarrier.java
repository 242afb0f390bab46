package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.link.FrameCutter;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A request and its answer, so that streams follow each other on one connection. */
final class RequestCarrier implements StreamCarrier {
    @Override
    public Future<Talk> dial(StreamHost host, String uri, Consumer<Buffer> frames, Runnable gone) {
        return host.client.request(HttpMethod.POST, host.port, "127.0.0.1", uri).compose(request -> {
            Future<HttpClientResponse> answer = request.setChunked(true).response();
            request.sendHead();
            return answer.map(response -> {
                assertThat(response.statusCode()).isEqualTo(200);
                FrameCutter cutter = new FrameCutter();
                response.handler(piece -> cutter.take(ByteBuffer.wrap(piece.getBytes()), frame -> frames.accept(Buffer.buffer(Unpooled.wrappedBuffer(frame)))));
                response.endHandler(_ -> {
                    request.end();
                    gone.run();
                });
                response.exceptionHandler(_ -> gone.run());
                return new ByRequest(request, response, gone);
            });
        });
    }

    private record ByRequest(HttpClientRequest request, HttpClientResponse response, Runnable gone) implements Talk {
        @Override
        public void say(Buffer frame) {
            request.write(Buffer.buffer().appendInt(frame.length()).appendBuffer(frame));
        }

        @Override
        public void leave() {
            response.endHandler(_ -> gone.run());
            request.end();
        }

        @Override
        public void vanish() {
            request.connection().close();
        }
    }
}
