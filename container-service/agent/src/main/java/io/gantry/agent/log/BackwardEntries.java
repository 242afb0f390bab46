package io.gantry.agent.log;

import io.gantry.agent.log.TailSearch.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of a log from its end to its beginning, through all its files. */
final class BackwardEntries implements AutoCloseable {
    private static final int SIZE = 64 << 10;
    private final LogFiles files;
    private final List<LogFiles.Open> opened = new ArrayList<>();
    private final byte[] block = new byte[SIZE];
    private final Place end;
    private long offset;
    private int to;
    private Place place;

    BackwardEntries(LogFiles files) throws IOException {
        this.files = files;
        Optional<LogFiles.Open> newest = files.newest();
        newest.ifPresent(opened::add);
        offset = newest.isPresent() ? newest.get().channel().size() : 0;
        end = newest.isPresent() ? new Place(0, offset) : null;
    }

    /** Where the log ended when this began; empty if there was none. */
    Optional<Place> end() {
        return Optional.ofNullable(end);
    }

    /** Where the last entry begins that {@link #next} gave. */
    Place place() {
        return place;
    }

    /** What is no entry is passed over. */
    Optional<LogLine> next() throws IOException {
        while (true) {
            int lineEnd = last(to);
            int before = lineEnd < 0 ? -1 : last(lineEnd);
            boolean beginsFile = before < 0 && offset == 0 && lineEnd >= 0;
            if (before < 0 && !beginsFile) {
                if (!fill()) {
                    return Optional.empty();
                }
                continue;
            }
            place = new Place(opened.size() - 1, offset + before + 1);
            Optional<LogLine> line = LogLine.parse(block, before + 1, lineEnd);
            to = before + 1;
            if (line.isPresent()) {
                return line;
            }
        }
    }

    /** Index of the last line's end before {@code limit}, or -1. */
    private int last(int limit) {
        for (int i = limit - 1; i >= 0; i--) {
            if (block[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Puts what comes before into the block, in front of what is left of it; false at the beginning of the log. */
    private boolean fill() throws IOException {
        if (opened.isEmpty()) {
            return false;
        }
        if (offset == 0) {
            return older();
        }
        int kept = to == SIZE ? 0 : to; // longer than a block is no entry
        int size = (int) Math.min(SIZE - kept, offset);
        System.arraycopy(block, 0, block, size, kept);
        ByteBuffer part = ByteBuffer.wrap(block, 0, size);
        while (part.hasRemaining()) {
            if (opened.getLast().channel().position(offset - part.remaining()).read(part) < 0) {
                return older();
            }
        }
        offset -= size;
        to = size + kept;
        return true;
    }

    private boolean older() throws IOException {
        Optional<LogFiles.Open> before = files.before(opened.getLast());
        if (before.isEmpty()) {
            return false;
        }
        opened.add(before.get());
        offset = before.get().channel().size();
        to = 0;
        return true;
    }

    /** Gives away the file of {@code place}. */
    LogFiles.Open take(Place place) {
        return opened.set(place.back(), null);
    }

    @Override
    public void close() throws IOException {
        for (LogFiles.Open file : opened) {
            if (file != null) {
                file.channel().close();
            }
        }
    }
}
