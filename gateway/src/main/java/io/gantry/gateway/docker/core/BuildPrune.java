package io.gantry.gateway.docker.core;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of what builds keep shall go: what was made before a moment, by {@code until}, or by {@code unused-for}, the same's older name. */
public final class BuildPrune {
    private static final Set<String> KNOWN = Set.of("until", "unused-for");

    private BuildPrune() {}

    /** @param filters may be {@code null}; empty where nothing is said */
    public static Optional<Instant> before(String filters, Instant now) {
        Map<String, List<String>> wanted = ListFilters.entries(filters);
        ListFilters.check(wanted, KNOWN);
        List<String> moments = wanted.values().stream().flatMap(List::stream).toList();
        if (moments.size() > 1) {
            throw new DockerRefusal(400, "more than one until filter specified");
        }
        return moments.stream().findFirst().flatMap(moment -> DockerTime.parse(moment, now));
    }
}
