package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ToldWords;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.Optional;

/** Lines of JSON that a service tells while it works, told to a Docker client as they come. Either side that goes takes the other along. */
final class ToldLines {
    private static final int LONGEST = 1 << 20;
    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final ToldWords words;
    private final RecordParser lines;
    private final Promise<Void> done = Promise.promise();

    private ToldLines(HttpClientResponse from, HttpServerResponse to, ToldWords words) {
        this.from = from;
        this.to = to;
        this.words = words;
        this.lines = RecordParser.newDelimited("\n", from).maxRecordSize(LONGEST);
    }

    /** Called with the head of the answer, before any of its body can have come. Fails before anything was sent, or not at all. */
    static Future<Void> tell(HttpClientResponse from, HttpServerResponse to, ToldWords words) {
        ToldLines told = new ToldLines(from, to, words);
        told.begin();
        return told.done.future();
    }

    private void begin() {
        if (!Departure.watch(to, Withdrawal.of(from))) {
            done.tryComplete();
            return;
        }
        to.putHeader("Content-Type", "application/json");
        lines.exceptionHandler(_ -> end());
        lines.endHandler(_ -> end());
        lines.handler(this::line);
    }

    private void line(Buffer bytes) {
        if (bytes.length() == 0 || over()) {
            return;
        }
        JsonNode line = Json.read(bytes.toString(), JsonNode.class);
        if (!to.headWritten()) {
            Optional<DockerRefusal> refusal = words.refusal(line);
            if (refusal.isPresent()) {
                done.tryFail(refusal.get());
                // which ends the lines
                from.request().reset();
                return;
            }
        }
        write(words.of(line));
    }

    private void write(List<ObjectNode> messages) {
        for (ObjectNode message : messages) {
            if (!to.headWritten()) {
                to.setChunked(true);
            }
            to.write(message + "\r\n");
        }
        if (to.writeQueueFull()) {
            lines.pause();
            to.drainHandler(_ -> lines.resume());
        }
    }

    private void end() {
        if (done.future().isComplete()) {
            return;
        }
        if (!over()) {
            write(words.end());
            to.end();
        }
        done.tryComplete();
    }

    private boolean over() {
        return to.closed() || to.ended() || done.future().isComplete();
    }
}
