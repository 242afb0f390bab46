package io.gantry.gateway.docker.api;

import io.gantry.gateway.docker.hijack.Hijack;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.gateway.stream.CriLines;
import io.gantry.gateway.stream.LogForm;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** An agent's log, to its end, on a connection that is no longer HTTP's. */
final class HijackedLog {
    private HijackedLog() {}

    static void join(HttpClientResponse log, LogForm form, Hijack client) {
        CriLines lines = new CriLines();
        Withdrawal withdrawal = Withdrawal.of(log);
        client.onClose(withdrawal);
        client.onDrain(log::resume);
        log.handler(chunk -> {
            Buffer out = Buffer.buffer(chunk.length());
            try {
                lines.read(chunk).forEach(line -> form.append(out, line));
            } catch (IllegalStateException notALog) {
                withdrawal.run();
                client.close();
                return;
            }
            client.write(out);
            if (client.full()) {
                log.pause();
            }
        });
        log.exceptionHandler(e -> client.close());
        log.endHandler(v -> client.close());
        log.resume();
        client.resume();
    }
}
