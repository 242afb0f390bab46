package io.gantry.gateway.events;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import java.time.Instant;
import java.util.Map;
import java.util.NoSuchElementException;

/** From where and in which span of time a client wants events. Pure. */
record EventQuery(Start from, Span span) {
    /** Where a watcher begins; a moment's position is asked of Kafka, so it is not known at once. */
    sealed interface Start {
        record Now() implements Start {}

        record At(Instant moment) implements Start {}

        record After(Position position) implements Start {}
    }

    /**
     * Who comes back goes on where it was, whatever it had asked first.
     *
     * @param lastEventId may be {@code null}
     */
    static EventQuery read(Map<String, String> query, String lastEventId, Instant now) {
        Span span = new Span(moment(query, "since", now), moment(query, "until", now));
        if (span.since() != null && span.until() != null && span.until().isBefore(span.since())) {
            throw new BadField("until", "until, " + span.until() + ", is before since, " + span.since());
        }
        String after = lastEventId == null ? query.get("after") : lastEventId;
        if (after != null) {
            return new EventQuery(after(after, now), span);
        }
        if (span.since() == null && span.until() != null && span.until().isBefore(now)) {
            throw new BadField("until", "until, " + span.until() + ", is past, and the stream begins now", "say since when, too");
        }
        return new EventQuery(span.since() == null ? new Start.Now() : new Start.At(span.since().minus(History.SKEW)), span);
    }

    private static Instant moment(Map<String, String> query, String name, Instant now) {
        String text = query.get(name);
        return text == null
                ? null
                : MomentText.parse(text, now).orElseThrow(() -> new BadField(name, name + " is " + MomentText.WORDS + ", got '" + text + "'"));
    }

    private static Start after(String after, Instant now) {
        try {
            return after.indexOf(':') > 0 ? new Start.At(MomentText.parse(after, now).orElseThrow()) : new Start.After(Position.parse(after));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new Refused(ProblemType.INVALID_FIELD, "'" + after + "' is no event id", "send the id of an event you got, or a time such as 2026-01-31T12:00:00Z");
        }
    }
}
