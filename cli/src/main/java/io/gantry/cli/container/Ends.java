package io.gantry.cli.container;

import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** How a container ended the last few times, for people. */
final class Ends {
    private static final int SHORT = 40;

    private Ends() {}

    /** What goes wrong again and again, in a few words: {@code ", 3 restarts, again in 8 s: can't reach db"}; empty where nothing does. */
    static String loop(ContainerView container, Instant now) {
        if (container.nextTry() == null) {
            return "";
        }
        long seconds = Math.max(0, Duration.between(now, container.nextTry()).toSeconds());
        String words = container.ends().isEmpty() ? "" : last(container.ends().getLast());
        return ", %d restart%s, again in %d s%s".formatted(container.restarts(), container.restarts() == 1 ? "" : "s", seconds, words.isEmpty() ? "" : ": " + words);
    }

    private static String last(Observed.End end) {
        String words = end.lastLines().isEmpty() ? end.detail() == null ? "" : end.detail() : end.lastLines().getLast();
        return words.length() > SHORT ? words.substring(0, SHORT - 1) + "…" : words;
    }

    /** All of them with their last lines; empty if there was none. */
    static String all(List<Observed.End> ends) {
        if (ends.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\nhow it ended, the latest last:\n");
        for (Observed.End end : ends) {
            text.append("  ").append(end.finishedAt()).append("  run ").append(end.run());
            text.append(end.restarts() == 0 ? "" : ", restart " + end.restarts()).append(": ").append(how(end)).append('\n');
            end.lastLines().forEach(line -> text.append("    | ").append(line).append('\n'));
        }
        return text.toString();
    }

    private static String how(Observed.End end) {
        if (end.exitCode() == null) {
            return "not started: " + end.detail();
        }
        String reason = end.reason() == Observed.ExitReason.EXITED ? "" : " (" + end.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        String after = end.startedAt() == null ? "" : " after %.1f s".formatted(Duration.between(end.startedAt(), end.finishedAt()).toMillis() / 1000.0);
        return "exit " + end.exitCode() + reason + after;
    }
}
