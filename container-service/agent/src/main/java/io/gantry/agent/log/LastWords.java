package io.gantry.agent.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last lines of a run that has ended: few, short, and without anything that a terminal would obey. */
public final class LastWords {
    private static final int LINES = 10;
    private static final int WIDTH = 200;

    private LastWords() {}

    /**
     * @param folder the container's, which holds {@code log}
     * @param since when the run began
     */
    public static List<String> of(Path folder, Instant since) throws IOException {
        LogQuery query = new LogQuery(true, true, false, Optional.of(since), Optional.empty(), LINES);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // what doesn't follow watches nothing
        try (LogReader reader = LogReader.open(folder, query, null)) {
            for (Optional<LogLine> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                if (line.length() <= WIDTH) { // the rest isn't shown: a line may be as long as the whole log
                    line.append(new String(entry.get().text(), StandardCharsets.UTF_8));
                }
                if (entry.get().whole()) {
                    lines.add(plain(line));
                    line.setLength(0);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!line.isEmpty()) {
            lines.add(plain(line));
        }
        return List.copyOf(lines);
    }

    static String plain(CharSequence line) {
        String cut = line.length() > WIDTH ? line.subSequence(0, WIDTH - 1) + "…" : line.toString();
        return cut.chars()
                .map(letter -> Character.isISOControl(letter) ? ' ' : letter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
