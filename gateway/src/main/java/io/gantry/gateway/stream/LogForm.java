package io.gantry.gateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How log lines look to whoever asked: plain text, lines of JSON, or Docker's multiplexed frames. One per stream: a line may come in parts. */
public final class LogForm {
    public enum Kind {
        TEXT,
        NDJSON,
        DOCKER_FRAMES
    }

    private final Kind kind;
    private final boolean timestamps;
    private final String details;
    private final Set<LogLine.Source> inLine = EnumSet.noneOf(LogLine.Source.class);

    public LogForm(Kind kind, boolean timestamps) {
        this(kind, timestamps, null);
    }

    /** @param details as Docker tells them before a line, and a blank after them; {@code ""} where there are none, {@code null} where nobody asked */
    public LogForm(Kind kind, boolean timestamps, String details) {
        this.kind = kind;
        this.timestamps = timestamps;
        this.details = details;
    }

    public void append(Buffer out, LogLine line) {
        if (kind == Kind.NDJSON) {
            ObjectNode json = Json.mapper().createObjectNode();
            json.put("time", line.time());
            json.put("stream", line.source().name().toLowerCase(Locale.ROOT));
            json.put("text", new String(line.text(), StandardCharsets.UTF_8));
            json.put("full", line.full());
            out.appendString(json.toString()).appendByte((byte) '\n');
            return;
        }
        boolean begins = line.full() ? !inLine.remove(line.source()) : inLine.add(line.source());
        String before = (timestamps ? line.time() + " " : "") + (details == null ? "" : details + " ");
        // a part that is told by itself can't be told apart from a line
        boolean told = begins || details != null && !details.isEmpty();
        byte[] stamp = told ? before.getBytes(StandardCharsets.US_ASCII) : new byte[0];
        int length = stamp.length + line.text().length + (line.full() ? 1 : 0);
        if (kind == Kind.DOCKER_FRAMES) {
            out.appendInt(line.source() == LogLine.Source.STDOUT ? 1 << 24 : 2 << 24).appendInt(length);
        }
        out.appendBytes(stamp).appendBytes(line.text());
        if (line.full()) {
            out.appendByte((byte) '\n');
        }
    }
}
