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
    private final byte[] details;
    private final Set<LogLine.Source> inLine = EnumSet.noneOf(LogLine.Source.class);

    public LogForm(Kind kind, boolean timestamps) {
        this(kind, timestamps, null);
    }

    /** @param details as Docker tells them before a line, and a blank after them; {@code ""} where there are none, {@code null} where nobody asked */
    public LogForm(Kind kind, boolean timestamps, String details) {
        this.kind = kind;
        this.timestamps = timestamps;
        this.details = details == null ? null : details.getBytes(StandardCharsets.US_ASCII);
    }

    public void append(Buffer out, LogLine line) {
        if (kind == Kind.NDJSON) {
            ObjectNode json = Json.mapper().createObjectNode();
            json.put("time", line.time());
            json.put("stream", line.source().name().toLowerCase(Locale.ROOT));
            json.put("text", line.text());
            json.put("full", line.full());
            out.appendString(json.toString()).appendByte((byte) '\n');
            return;
        }
        boolean begins = line.full() ? !inLine.remove(line.source()) : inLine.add(line.source());
        // a part that is told by itself can't be told apart from a line
        boolean headed = begins || details != null && details.length > 0;
        boolean stamped = headed && timestamps;
        boolean detailed = headed && details != null;
        int length = (stamped ? line.timeLength() + 1 : 0) + (detailed ? details.length + 1 : 0) + line.textLength() + (line.full() ? 1 : 0);
        if (kind == Kind.DOCKER_FRAMES) {
            out.appendInt(line.source() == LogLine.Source.STDOUT ? 1 << 24 : 2 << 24).appendInt(length);
        }
        if (stamped) {
            line.appendTime(out);
            out.appendByte((byte) ' ');
        }
        if (detailed) {
            out.appendBytes(details).appendByte((byte) ' ');
        }
        line.appendText(out);
        if (line.full()) {
            out.appendByte((byte) '\n');
        }
    }
}
