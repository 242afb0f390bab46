package io.gantry.gateway.stream;

import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.ServerWebSocket;

/** An agent's log on its way to a WebSocket: one line as JSON in each text message, as fast as the client reads. */
final class LogSocket {
    private static final short NORMAL = 1000;
    private static final short INTERNAL = 1011;

    private LogSocket() {}

    /** @param log paused until here */
    static void join(HttpClientResponse log, LogForm form, ServerWebSocket client) {
        CriLines lines = new CriLines();
        Withdrawal withdrawal = Withdrawal.of(log);
        client.closeHandler(v -> withdrawal.run());
        if (client.isClosed()) {
            withdrawal.run();
            return;
        }
        client.exceptionHandler(e -> withdrawal.run());
        log.handler(chunk -> {
            try {
                lines.read(chunk).forEach(line -> send(form, line, client));
            } catch (IllegalStateException notALog) {
                withdrawal.run();
                client.close(INTERNAL, "the log can't be read");
                return;
            }
            if (!client.isClosed() && client.writeQueueFull()) {
                log.pause();
                client.drainHandler(v -> log.resume());
            }
        });
        log.exceptionHandler(e -> client.close(INTERNAL, "the log broke off"));
        log.endHandler(v -> client.close(NORMAL));
        log.resume();
    }

    private static void send(LogForm form, LogLine line, ServerWebSocket client) {
        if (!client.isClosed()) {
            Buffer json = Buffer.buffer();
            form.append(json, line);
            client.writeTextMessage(json.getString(0, json.length() - 1));
        }
    }
}
