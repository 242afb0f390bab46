package io.gantry.scheduler.deployment.core;

import java.util.Map;
import java.util.stream.Collectors;

/** The reasons of all nodes as one sentence. */
final class NodeReasons {
    private NodeReasons() {}

    static String summary(Map<String, String> reasons) {
        return reasons.isEmpty()
                ? "there are no nodes yet"
                : reasons.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(reason -> reason.getKey() + ": " + reason.getValue())
                        .collect(Collectors.joining("; "));
    }
}
