package io.gantry.gateway.docker.core;

import io.gantry.gateway.events.MomentText;
import io.gantry.gateway.events.Span;
import java.time.Instant;
import java.util.Optional;

/** Times as clients send them, see {@link MomentText}. */
public final class DockerTime {
    private static final String NONE = "0";

    private DockerTime() {}

    /** @param text may be {@code null}; 0 is no limit, as is nothing */
    public static Optional<Instant> parse(String text, Instant now) {
        return text == null || text.isEmpty() || text.equals(NONE) ? Optional.empty() : Optional.of(moment(text, now));
    }

    /** Of events: 0 is the beginning, and with {@code until} alone all that is kept is told, as Docker does. Either may be {@code null}. */
    public static Span span(String since, String until, Instant now) {
        Instant end = until == null ? null : moment(until, now);
        Instant begin = since == null ? null : moment(since, now);
        if (begin != null && end != null && end.isBefore(begin)) {
            throw new DockerRefusal(400, "`since` time (" + since + ") cannot be after `until` time (" + until + ")");
        }
        return new Span(begin == null && end != null ? Instant.EPOCH : begin, end);
    }

    private static Instant moment(String text, Instant now) {
        return MomentText.parse(text, now).orElseThrow(() -> new DockerRefusal(400, "'" + text + "' is not a time"));
    }
}
