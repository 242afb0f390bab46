package io.gantry.contracts.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Body of {@code PATCH /containers/{ref}}: what is left out stays as it is.
 *
 * @param resources fields of {@link Resources}, merged into those it has (RFC 7396): {@code null} is back to the default. What is requested of the node follows
 *     from {@code cpu}, {@code memory} and {@code memoryReservation} where they are said, and from what they are where it is said to be {@code null}
 * @param restart as a whole
 */
public record ContainerPatch(JsonNode resources, RestartPolicy restart) {
    /** With the limits that each follows from. */
    private static final Map<String, List<String>> REQUESTS = Map.of("cpuRequest", List.of("cpu"), "memoryRequest", List.of("memory", "memoryReservation"));

    public ContainerPatch {
        if (resources != null && !resources.isObject()) {
            throw new BadField("resources", "resources is an object, got " + resources, "write for example {\"memory\": 67108864}");
        }
    }

    /** What differs, and nothing else: others may change the rest meanwhile. Empty if nothing does. */
    public static Optional<ContainerPatch> between(Resources before, Resources after, RestartPolicy restart) {
        ObjectNode old = Json.mapper().valueToTree(before);
        ObjectNode changed = Json.mapper().createObjectNode();
        ObjectNode all = Json.mapper().valueToTree(after);
        all.properties().stream()
                .filter(field -> !field.getValue().equals(old.get(field.getKey())))
                .forEach(field -> changed.set(field.getKey(), field.getValue()));
        following(changed).filter(all::has).forEach(request -> changed.set(request, all.get(request)));
        return changed.isEmpty() && restart == null ? Optional.empty() : Optional.of(new ContainerPatch(changed.isEmpty() ? null : changed, restart));
    }

    private record Whole(Resources resources) {}

    /** @throws JsonProcessingException for a field that isn't known, or a value that can't be; its path begins with {@code resources} */
    public Resources onto(Resources before) throws JsonProcessingException {
        if (resources == null) {
            return before;
        }
        ObjectNode old = Json.mapper().valueToTree(before);
        following(resources).forEach(old::remove);
        ObjectNode whole = Json.mapper().createObjectNode();
        whole.set("resources", merge(old, resources));
        return Json.strict().treeToValue(whole, Whole.class).resources();
    }

    /** The requests that follow from what {@code said} says of limits, unless it says them, too. */
    private static Stream<String> following(JsonNode said) {
        return REQUESTS.entrySet().stream().filter(request -> request.getValue().stream().anyMatch(said::has)).map(Map.Entry::getKey);
    }

    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target != null && target.isObject() ? target.deepCopy() : Json.mapper().createObjectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merge(merged.get(field.getKey()), field.getValue()));
            }
        });
        return merged;
    }
}
