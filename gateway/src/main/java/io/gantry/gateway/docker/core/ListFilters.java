package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.text.OthersPattern;
import io.gantry.contracts.view.ContainerView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Docker's {@code filters} parameter, in both forms: {@code {"label": ["a=b"]}} and {@code {"label": {"a=b": true}}}. */
public final class ListFilters {
    private static final Set<String> KNOWN =
            Set.of(
                    "id", "name", "label", "status", "ancestor", "network", "exited", "health", "before", "since", "volume", "publish", "expose", "is-task",
                    "isolation");
    /** The values that some have. */
    private static final Map<String, List<String>> WORDS =
            Map.of("status", List.of("created", "running", "paused", "restarting", "removing", "exited", "dead"), "health", List.of("none", "starting", "healthy", "unhealthy"));
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,10}");
    private final Map<String, List<String>> wanted;

    private ListFilters(Map<String, List<String>> wanted) {
        this.wanted = wanted;
    }

    /** @param text may be {@code null} */
    public static ListFilters parse(String text) {
        Map<String, List<String>> wanted = entries(text);
        check(wanted, KNOWN);
        WORDS.forEach((key, words) -> checkValues(wanted, key, words::contains));
        checkValues(wanted, "exited", value -> WHOLE.matcher(value).matches());
        return new ListFilters(wanted);
    }

    /** What nothing can be isn't looked for in vain. */
    private static void checkValues(Map<String, List<String>> wanted, String key, Predicate<String> can) {
        wanted.getOrDefault(key, List.of()).stream().filter(value -> !can.test(value)).findFirst().ifPresent(value -> {
            String words = WORDS.containsKey(key) ? ": must be one of " + String.join(", ", WORDS.get(key)) : ": it is a number";
            throw new DockerRefusal(400, "invalid filter '" + key + "=" + value + "'" + words);
        });
    }

    /** @throws DockerRefusal for a filter that there isn't, in the words of Docker's daemon */
    public static void check(Map<String, List<String>> wanted, Set<String> known) {
        wanted.keySet().stream().filter(key -> !known.contains(key)).sorted().findFirst().ifPresent(key -> {
            throw new DockerRefusal(400, "invalid filter '" + key + "'");
        });
    }

    /** What one of them says, which is yes or no; empty if it isn't there. */
    static Optional<Boolean> flag(Map<String, List<String>> wanted, String key) {
        return wanted.getOrDefault(key, List.of()).stream().findFirst().map(value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "true", "t" -> true;
            case "0", "false", "f" -> false;
            default -> throw new DockerRefusal(400, "invalid filter '" + key + "=" + value + "'");
        });
    }

    /** @param wanted {@code name} or {@code name=value} */
    static boolean labelled(Map<String, String> labels, String wanted) {
        int equals = wanted.indexOf('=');
        String value = labels.get(equals < 0 ? wanted : wanted.substring(0, equals));
        return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
    }

    /** By key, whatever the keys are. */
    public static Map<String, List<String>> entries(String text) {
        Map<String, List<String>> wanted = new HashMap<>();
        if (text == null || text.isEmpty()) {
            return wanted;
        }
        JsonNode filters;
        try {
            filters = Json.read(text, JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid filter: " + e.getMessage());
        }
        if (!filters.isObject() && !filters.isNull()) {
            throw new DockerRefusal(400, "invalid filter: it is an object");
        }
        filters.properties().forEach(filter -> wanted.put(filter.getKey(), values(filter.getKey(), filter.getValue())));
        return wanted;
    }

    private static List<String> values(String key, JsonNode given) {
        List<String> values = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(value -> values.add(value.asText()));
        } else if (given.isObject()) {
            given.fieldNames().forEachRemaining(values::add);
        } else if (!given.isNull()) {
            throw new DockerRefusal(400, "invalid filter '" + key + "': it is a list");
        }
        return values;
    }

    /** Asking for a state is asking for those that don't run as well. */
    public boolean wantsAll() {
        return wanted.containsKey("status") || wanted.containsKey("exited");
    }

    /**
     * Whether one is wanted.
     *
     * @param all in which {@code before} and {@code since} find their container
     */
    public Predicate<ContainerView> among(List<ContainerView> all) {
        return c -> wanted.entrySet().stream().allMatch(filter -> matches(c, filter.getKey(), filter.getValue(), all));
    }

    /** Values of one key are alternatives, but labels must all be there. */
    private static boolean matches(ContainerView c, String key, List<String> values, List<ContainerView> all) {
        return key.equals("label")
                ? values.stream().allMatch(label -> labelled(SwarmLabels.of(c), label))
                : values.isEmpty() || values.stream().anyMatch(value -> matches(c, key, value, all));
    }

    private static boolean matches(ContainerView c, String key, String value, List<ContainerView> all) {
        return switch (key) {
            case "id" -> c.id().value().startsWith(value);
            case "name" -> name(c.name(), value);
            case "status" -> DockerStates.status(c).equals(value);
            case "ancestor" -> ancestor(c, value);
            case "network" -> networks(c).anyMatch(network -> network.equals(DockerNames.ourNetwork(value)) || !value.isEmpty() && ContainerNetworks.id(c, network).startsWith(value));
            case "volume" -> c.volumes().stream().anyMatch(volume -> volume.name().equals(value) || volume.target().equals(value));
            case "exited" -> DockerStates.status(c).equals("exited") && Integer.toString(DockerStates.exitCode(c)).equals(value);
            case "health" -> HealthForm.word(c.health()).equals(value);
            case "publish" -> PortFilter.parse(key, value).published(c);
            case "expose" -> PortFilter.parse(key, value).exposed(c);
            case "is-task" -> flag(Map.of(key, List.of(value)), key).orElseThrow() == (c.owner() instanceof Owner.Replica);
            // there is one kind of it on Linux
            case "isolation" -> true;
            case "before" -> c.createdAt().isBefore(find(all, value).createdAt());
            case "since" -> c.createdAt().isAfter(find(all, value).createdAt());
            default -> throw new DockerRefusal(400, "invalid filter '" + key + "'");
        };
    }

    /** A regular expression, found anywhere in the name with or without its slash. */
    private static boolean name(String name, String expression) {
        return found(name, expression) || found("/" + name, expression);
    }

    /** Whether it is that text, or the regular expression is found in it. */
    static boolean found(String name, String expression) {
        try {
            return name.equals(expression) || OthersPattern.of(expression, 0).foundIn(name);
        } catch (OthersPattern.Hopeless e) {
            throw new DockerRefusal(400, "invalid filter 'name=" + expression + "': " + e.getMessage());
        }
    }

    private static boolean ancestor(ContainerView c, String wanted) {
        String image = c.spec().image().toString();
        String id = c.imageId() == null ? "" : c.imageId().value();
        return image.equals(wanted) || image.equals(wanted + ":latest") || id.equals(wanted) || wanted.length() >= 12 && id.startsWith("sha256:" + wanted);
    }

    private static ContainerView find(List<ContainerView> all, String ref) {
        String bare = DockerNames.bare(ref);
        return all.stream()
                .filter(c -> c.name().equals(bare) || c.id().value().startsWith(bare))
                .findFirst()
                .orElseThrow(() -> new DockerRefusal(404, "No such container: " + ref));
    }

    /** Those it is on, or what it has in their place. */
    private static Stream<String> networks(ContainerView c) {
        return c.spec().connectable() ? c.spec().networks().stream().map(NetworkUse::network) : Stream.of(c.spec().network());
    }
}
