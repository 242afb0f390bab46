package io.gantry.gateway.route;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** The head of an answer whose body comes piece by piece. */
public final class StreamHead {
    private StreamHead() {}

    /**
     * Sends it now. HTTP/1.0, which some proxies speak to us, has no chunks: there the end of the connection is the end of the body.
     *
     * @return the answer, to be written
     */
    public static HttpServerResponse send(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.version() == HttpVersion.HTTP_1_0) {
            // also where the client would keep the connection
            response.bodyEndHandler(_ -> request.connection().close());
            response.write(Buffer.buffer());
        } else {
            response.setChunked(true).writeHead();
        }
        return response;
    }
}
