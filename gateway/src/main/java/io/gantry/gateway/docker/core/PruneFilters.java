package io.gantry.gateway.docker.core;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a prune may take: {@code until}, {@code label} and {@code label!}, which all prunes have, beside filters of their own. */
public final class PruneFilters {
    private final Map<String, List<String>> wanted;
    private final Instant until;

    private PruneFilters(Map<String, List<String>> wanted, Instant until) {
        this.wanted = wanted;
        this.until = until;
    }

    /**
     * @param text may be {@code null}
     * @param own filters beside those that all have
     */
    public static PruneFilters parse(String text, Instant now, String... own) {
        Map<String, List<String>> wanted = ListFilters.entries(text);
        Set<String> known = new HashSet<>(Set.of("until", "label", "label!"));
        known.addAll(Set.of(own));
        ListFilters.check(wanted, known);
        List<String> until = wanted.getOrDefault("until", List.of());
        if (until.size() > 1) {
            throw new DockerRefusal(400, "more than one until filter specified");
        }
        return new PruneFilters(wanted, until.isEmpty() ? Instant.MAX : DockerTime.parse(until.getFirst(), now).orElse(Instant.MAX));
    }

    /** @param created may be {@code null} */
    public boolean wants(Map<String, String> labels, Instant created) {
        return (created == null || created.isBefore(until))
                && wanted.getOrDefault("label", List.of()).stream().allMatch(label -> ListFilters.labelled(labels, label))
                && wanted.getOrDefault("label!", List.of()).stream().noneMatch(label -> ListFilters.labelled(labels, label));
    }

    /** Of a filter that says yes or no. */
    public boolean flag(String key, boolean otherwise) {
        return ListFilters.flag(wanted, key).orElse(otherwise);
    }
}
