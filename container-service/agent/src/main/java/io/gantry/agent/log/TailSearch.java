package io.gantry.agent.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds where the last lines of a log begin, reading backwards from its end: what it costs follows from what is asked for, not from the
 * log's size. A line may be many entries long, with those of the other stream between them; it counts where it begins.
 *
 * <p>Only the entry before tells that an entry begins a line. So the search goes on until it is known of every line that may be one of the
 * last: a stream that has written little for long is searched for further back.
 */
final class TailSearch {
    private final LogFiles files;
    private final LogQuery query;

    /** The last ones of those whose beginning is known, the first of them on top. */
    private final PriorityQueue<Line> last = new PriorityQueue<>(Comparator.comparing(Line::begin));

    /** Lines that began earlier and may go on among them. */
    private final List<Line> earlier = new ArrayList<>();

    private final Map<LogLine.Stream, Line> open = new EnumMap<>(LogLine.Stream.class);

    TailSearch(LogFiles files, LogQuery query) {
        this.files = files;
        this.query = query;
    }

    /** @param within streams that are in the middle of an older line there */
    record Start(LogFiles.Open file, long offset, Set<LogLine.Stream> within) {}

    private record Line(LogLine.Stream stream, Place begin, Place end) {}

    /** Empty if there is no log yet. The file is the caller's to close. */
    Optional<Start> find() throws IOException {
        try (BackwardEntries entries = new BackwardEntries(files)) {
            if (query.tail() == 0) {
                return entries.end().map(end -> new Start(entries.take(end), end.offset(), Set.of()));
            }
            Optional<LogLine> entry = entries.next();
            while (entry.isPresent() && !settled()) {
                if (query.wants(entry.get())) {
                    see(entry.get(), entries.place());
                }
                entry = entries.next();
            }
            if (entry.isEmpty()) {
                open.values().forEach(this::add);
                open.clear();
            }
            return start(entries);
        }
    }

    private void see(LogLine entry, Place place) {
        LogLine.Stream stream = entry.stream();
        Line line = open.get(stream);
        if (line != null && entry.whole()) {
            add(line);
            line = null;
        }
        open.put(stream, new Line(stream, place, line == null ? place : line.end()));
    }

    private void add(Line line) {
        last.add(line);
        if (last.size() > query.tail()) {
            Line passed = last.remove();
            if (passed.end().compareTo(last.peek().begin()) > 0) {
                earlier.add(passed);
            }
        }
    }

    /** As many are known as are wanted, and none that is open can be one of them. */
    private boolean settled() {
        return last.size() == query.tail() && open.values().stream().allMatch(line -> line.begin().compareTo(last.peek().begin()) < 0);
    }

    private Optional<Start> start(BackwardEntries entries) {
        if (last.isEmpty()) {
            return entries.end().map(end -> new Start(entries.take(end), end.offset(), Set.of()));
        }
        Place first = last.peek().begin();
        earlier.addAll(open.values());
        Set<LogLine.Stream> within = EnumSet.noneOf(LogLine.Stream.class);
        earlier.stream().filter(line -> line.end().compareTo(first) > 0).map(Line::stream).forEach(within::add);
        return Optional.of(new Start(entries.take(first), first.offset(), within));
    }

    /** @param back 0 is the newest file, 1 the one before it */
    record Place(int back, long offset) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return back != other.back ? Integer.compare(other.back, back) : Long.compare(offset, other.offset);
        }
    }
}
