package io.gantry.cli.container;

import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How a container ended the last few times, for people. */
final class Ends {
    private Ends() {}

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
