package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.view.BuildMissView;
import io.gantry.contracts.view.BuildMissView.Reason;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildStepView.State;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Steps of builds in words. */
final class StepWords {
    /** Milliseconds. */
    static final long WORTH_SAYING = 100;

    private static final int REASONS = 3;

    private StepWords() {}

    static String time(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /** Of {@link BuildMissView}s as JSON; empty where there is nothing to learn from them. */
    static String why(JsonNode missed) {
        for (JsonNode each : missed) {
            String reason = each.path("reason").asText();
            if (reason.equals(Reason.NEW.name()) || reason.equals(Reason.NO_CACHE.name())) {
                return "";
            }
        }
        List<JsonNode> all = missed.valueStream().toList();
        return shortened(all.stream().map(each -> each.path("detail").asText()).toList());
    }

    /** The first reasons, and how many there are besides. */
    private static String shortened(List<String> reasons) {
        String first = reasons.stream().limit(REASONS).collect(Collectors.joining("; "));
        return reasons.size() <= REASONS ? first : first + "; and " + (reasons.size() - REASONS) + " reasons more";
    }

    /** What each step that makes something would do. */
    static String forecast(List<BuildStepView> steps) {
        StringBuilder text = new StringBuilder();
        int total = steps.stream().mapToInt(BuildStepView::step).max().orElse(0);
        List<BuildStepView> making = steps.stream().filter(step -> step.state() == State.RAN || step.state() == State.CACHED).toList();
        for (BuildStepView step : making) {
            text.append("[%d/%d] %s%s%n".formatted(step.step(), total, step.trigger() == null ? "" : "trigger: ", step.instruction()));
            if (step.state() == State.CACHED) {
                text.append("      cached\n");
            } else {
                step.missed().forEach(why -> text.append("      would run: ").append(why.detail()).append('\n'));
            }
        }
        long running = making.stream().filter(step -> step.state() == State.RAN).count();
        return text + (running == 0 ? "nothing would run\n" : running + " of " + making.size() + " steps that make something would run\n");
    }
}
