package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Docker's {@code filters} parameter, in both forms: {@code {"label": ["a=b"]}} and {@code {"label": {"a=b": true}}}. */
public final class ListFilters {
    private static final Set<String> KNOWN =
            Set.of("id", "name", "label", "status", "ancestor", "network", "exited", "health", "before", "since", "volume");
    private final Map<String, List<String>> wanted;

    private ListFilters(Map<String, List<String>> wanted) {
        this.wanted = wanted;
    }

    /** @param text may be {@code null} */
    public static ListFilters parse(String text) {
        Map<String, List<String>> wanted = entries(text);
        wanted.keySet().stream().filter(key -> !KNOWN.contains(key)).findFirst().ifPresent(key -> {
            throw new DockerRefusal(400, "invalid filter '" + key + "'");
        });
        return new ListFilters(wanted);
    }

    /** By key, whatever the keys are. */
    public static Map<String, List<String>> entries(String text) {
        Map<String, List<String>> wanted = new HashMap<>();
        if (text == null || text.isEmpty()) {
            return wanted;
        }
        try {
            for (var filter : Json.read(text, JsonNode.class).properties()) {
                List<String> values = new ArrayList<>();
                if (filter.getValue().isArray()) {
                    filter.getValue().forEach(value -> values.add(value.asText()));
                } else {
                    filter.getValue().fieldNames().forEachRemaining(values::add);
                }
                wanted.put(filter.getKey(), values);
            }
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid filter: " + e.getMessage());
        }
        return wanted;
    }

    /** Asking for a state is asking for those that don't run as well. */
    public boolean wantsAll() {
        return wanted.containsKey("status") || wanted.containsKey("exited");
    }

    /** @param all in which {@code before} and {@code since} find their container */
    public List<ContainerView> choose(List<ContainerView> all) {
        return all.stream().filter(c -> wanted.entrySet().stream().allMatch(filter -> matches(c, filter.getKey(), filter.getValue(), all))).toList();
    }

    /** Values of one key are alternatives, but labels must all be there. */
    private static boolean matches(ContainerView c, String key, List<String> values, List<ContainerView> all) {
        return key.equals("label")
                ? values.stream().allMatch(label -> label(c, label))
                : values.isEmpty() || values.stream().anyMatch(value -> matches(c, key, value, all));
    }

    private static boolean matches(ContainerView c, String key, String value, List<ContainerView> all) {
        return switch (key) {
            case "id" -> c.id().value().startsWith(value);
            case "name" -> name(c.name(), value);
            case "status" -> DockerStates.status(c).equals(value);
            case "ancestor" -> ancestor(c, value);
            case "network" -> c.spec().network().equals(DockerNames.ourNetwork(value));
            case "volume" -> c.volumes().stream().anyMatch(volume -> volume.name().equals(value) || volume.target().equals(value));
            case "exited" -> DockerStates.status(c).equals("exited") && Integer.toString(DockerStates.exitCode(c)).equals(value);
            case "health" -> HealthForm.word(c.health()).equals(value);
            case "before" -> c.createdAt().isBefore(find(all, value).createdAt());
            case "since" -> c.createdAt().isAfter(find(all, value).createdAt());
            default -> throw new DockerRefusal(400, "invalid filter '" + key + "'");
        };
    }

    /** A regular expression, found anywhere in the name with or without its slash. */
    private static boolean name(String name, String expression) {
        try {
            Pattern pattern = Pattern.compile(expression);
            return pattern.matcher(name).find() || pattern.matcher("/" + name).find();
        } catch (PatternSyntaxException e) {
            throw new DockerRefusal(400, "invalid filter 'name=" + expression + "': " + e.getDescription());
        }
    }

    private static boolean label(ContainerView c, String wanted) {
        int equals = wanted.indexOf('=');
        String value = c.spec().labels().get(equals < 0 ? wanted : wanted.substring(0, equals));
        return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
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
}
