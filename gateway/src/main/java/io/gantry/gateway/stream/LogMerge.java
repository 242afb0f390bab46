package io.gantry.gateway.stream;

import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Logs of several containers on their way to one client, line by line as they come, as fast as it reads. Ends when no more are to come and all have ended;
 * what couldn't be read is told then. Used on one context.
 */
public final class LogMerge {
    /** Docker's stream of what went wrong, beside standard output and error. */
    private static final int TROUBLE = 3 << 24;

    private final HttpServerResponse client;
    private final boolean framed;
    private final Map<HttpClientResponse, Withdrawal> open = new LinkedHashMap<>();
    private final StringJoiner troubles = new StringJoiner("; ");
    private int asked;
    private boolean complete;
    private boolean over;

    /**
     * @param client whose head is sent
     * @param framed in Docker's frames
     * @param gone told when the client goes
     */
    public LogMerge(HttpServerResponse client, boolean framed, Runnable gone) {
        this.client = client;
        this.framed = framed;
        client.closeHandler(_ -> {
            leave();
            gone.run();
        });
        client.exceptionHandler(_ -> leave());
    }

    /**
     * @param asking for the log; its failure is told at the end
     * @param who it is, for people
     * @param ended told when this one has ended, or couldn't be had
     */
    public void add(Future<HttpClientResponse> asking, LogForm form, String who, Runnable ended) {
        asked++;
        asking.onSuccess(log -> {
            asked--;
            join(log, form, who, ended);
        }).onFailure(e -> {
            asked--;
            troubles.add("the log of " + who + " can't be read: " + e.getMessage());
            ended.run();
            finish();
        });
    }

    /** No more will be added. */
    public void complete() {
        complete = true;
        finish();
    }

    private void join(HttpClientResponse log, LogForm form, String who, Runnable ended) {
        Withdrawal withdrawal = Withdrawal.of(log);
        if (over) {
            withdrawal.run();
            return;
        }
        open.put(log, withdrawal);
        CriLines lines = new CriLines();
        log.handler(chunk -> {
            Buffer out = Buffer.buffer(chunk.length());
            try {
                lines.read(chunk).forEach(line -> form.append(out, line));
            } catch (IllegalStateException notALog) {
                withdrawal.run();
                return;
            }
            write(out);
        });
        log.exceptionHandler(_ -> {
            if (open.containsKey(log)) {
                troubles.add("the log of " + who + " broke off");
                end(log, ended);
            }
        });
        log.endHandler(_ -> end(log, ended));
        log.resume();
    }

    private void write(Buffer out) {
        if (out.length() == 0 || over || client.closed()) {
            return;
        }
        client.write(out);
        if (client.writeQueueFull()) {
            open.keySet().forEach(HttpClientResponse::pause);
            client.drainHandler(_ -> open.keySet().forEach(HttpClientResponse::resume));
        }
    }

    private void end(HttpClientResponse log, Runnable ended) {
        open.remove(log);
        ended.run();
        finish();
    }

    private void finish() {
        if (!complete || asked > 0 || !open.isEmpty() || over) {
            return;
        }
        over = true;
        if (client.closed() || client.ended()) {
            return;
        }
        if (troubles.length() > 0) {
            byte[] text = troubles.toString().getBytes(StandardCharsets.UTF_8);
            client.write(framed ? Buffer.buffer().appendInt(TROUBLE).appendInt(text.length).appendBytes(text) : Buffer.buffer(text).appendByte((byte) '\n'));
        }
        client.end();
    }

    private void leave() {
        over = true;
        // one that is given up may say at once that it has ended
        List<Withdrawal> left = List.copyOf(open.values());
        open.clear();
        left.forEach(Withdrawal::run);
    }
}
