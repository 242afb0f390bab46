package io.gantry.agent.log;

import java.time.Instant;
import java.util.Optional;

/**
 * Which entries of a log.
 *
 * @param follow wait for further entries until the container ends
 * @param since not before
 * @param until not after
 * @param tail only so many of the last lines there are now (of those that match the rest), however long; -1 is all
 */
public record LogQuery(
        boolean stdout, boolean stderr, boolean follow, Optional<Instant> since, Optional<Instant> until, int tail) {
    public static final LogQuery ALL = new LogQuery(true, true, false, Optional.empty(), Optional.empty(), -1);

    public LogQuery following() {
        return new LogQuery(stdout, stderr, true, since, until, tail);
    }

    public LogQuery last(int lines) {
        return new LogQuery(stdout, stderr, follow, since, until, lines);
    }

    boolean wants(LogLine line) {
        boolean stream = line.stream() == LogLine.Stream.STDOUT ? stdout : stderr;
        return stream && since.map(from -> !line.at().isBefore(from)).orElse(true) && !isPast(line);
    }

    boolean isPast(LogLine line) {
        return until.map(to -> line.at().isAfter(to)).orElse(false);
    }
}
