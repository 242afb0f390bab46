package io.gantry.gateway.docker.api;

import io.gantry.gateway.docker.hijack.Hijack;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Response heads on a connection that is no longer HTTP's. */
final class RawHead {
    private RawHead() {}

    /** 101 for a client that asked to upgrade, 200 without length for one that just goes on. */
    static void send(Call call, Hijack client, boolean raw) {
        HttpServerRequest request = call.request();
        boolean upgrade = "tcp".equalsIgnoreCase(request.getHeader("Upgrade"));
        client.write(Buffer.buffer(
                (upgrade ? "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" : "HTTP/1.1 200 OK\r\n")
                        + "Content-Type: " + (upgrade ? call.streamType(raw) : "application/vnd.docker.raw-stream")
                        + "\r\nApi-Version: " + ApiVersion.NEWEST + "\r\nOstype: linux\r\n\r\n"));
    }

    static void refuse(Hijack client, Reply reply) {
        client.write(Buffer.buffer("HTTP/1.1 " + reply.status() + " Refused\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + reply.body().length() + "\r\nApi-Version: " + ApiVersion.NEWEST + "\r\n\r\n")
                .appendBuffer(reply.body()));
        client.close();
    }
}
