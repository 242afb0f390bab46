package io.gantry.gateway.docker.core;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The {@code filters} of lists of services, tasks, nodes, secrets and configs. Values of one key are alternatives, but labels must all be there. */
public final class SwarmFilters {
    private final Map<String, List<String>> wanted;

    private SwarmFilters(Map<String, List<String>> wanted) {
        this.wanted = wanted;
    }

    /**
     * @param text may be {@code null}
     * @throws DockerRefusal for a key that isn't among those
     */
    public static SwarmFilters parse(String text, String... known) {
        Map<String, List<String>> wanted = ListFilters.entries(text);
        ListFilters.check(wanted, Set.of(known));
        return new SwarmFilters(wanted);
    }

    /** Whether it is asked for at all. */
    public boolean has(String key) {
        return !values(key).isEmpty();
    }

    public List<String> values(String key) {
        return wanted.getOrDefault(key, List.of());
    }

    /** Also if nobody asks for it. */
    public boolean any(String key, Predicate<String> value) {
        return !has(key) || values(key).stream().anyMatch(value);
    }

    /** Its id begins so. */
    boolean id(String id) {
        return any("id", id::startsWith);
    }

    /** Its name begins so. */
    boolean name(String name) {
        return any("name", name::startsWith);
    }

    boolean labels(String key, Map<String, String> labels) {
        return values(key).stream().allMatch(label -> ListFilters.labelled(labels, label));
    }

    /** @throws DockerRefusal for a value that isn't among those */
    public SwarmFilters only(String key, Set<String> possible) {
        values(key).stream().filter(value -> !possible.contains(value)).findFirst().ifPresent(value -> {
            throw new DockerRefusal(400, "invalid filter '" + key + "=" + value + "'");
        });
        return this;
    }
}
