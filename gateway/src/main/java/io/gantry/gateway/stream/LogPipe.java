package io.gantry.gateway.stream;

import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** An agent's log on its way to a client, line by line, as fast as the client reads. */
public final class LogPipe {
    private LogPipe() {}

    /** Sends the answer's head and what follows, unless nobody is there any more. */
    public static void join(HttpClientResponse log, LogForm form, HttpServerRequest asked) {
        HttpServerResponse client = asked.response();
        CriLines lines = new CriLines();
        Withdrawal withdrawal = Withdrawal.of(log);
        if (!Departure.watch(client, withdrawal)) {
            return;
        }
        StreamHead.send(asked);
        client.exceptionHandler(e -> withdrawal.run());
        log.handler(chunk -> {
            Buffer out = Buffer.buffer(chunk.length());
            try {
                lines.read(chunk).forEach(line -> form.append(out, line));
            } catch (IllegalStateException notALog) {
                withdrawal.run();
                client.reset();
                return;
            }
            if (out.length() > 0 && !client.closed()) {
                client.write(out);
                if (client.writeQueueFull()) {
                    log.pause();
                    client.drainHandler(v -> log.resume());
                }
            }
        });
        log.exceptionHandler(e -> {
            if (!client.closed()) {
                client.reset();
            }
        });
        log.endHandler(v -> {
            if (!client.closed()) {
                client.end();
            }
        });
        log.resume();
    }
}
