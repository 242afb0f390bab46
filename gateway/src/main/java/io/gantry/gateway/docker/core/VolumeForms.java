package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Volumes in Docker's form, and back. */
public final class VolumeForms {
    /** How Docker itself marks those that nobody has named. */
    private static final String ANONYMOUS = "com.docker.volume.anonymous";

    private VolumeForms() {}

    public static VolumeRequest request(JsonNode json) {
        Fields body = Fields.of(json, KnownFields.VOLUME);
        body.only("Driver", "local");
        String size = body.in("DriverOpts").textOrNull("size");
        Map<String, String> labels = body.named("Labels");
        String name = body.textOrNull("Name");
        body.refuseTheRest();
        return new VolumeRequest(name, labels, null, size == null ? null : Bytes.parse(size));
    }

    /** With what it takes, which nobody may know. */
    public static ObjectNode measured(VolumeView volume) {
        ObjectNode json = form(volume);
        if (!json.has("UsageData")) {
            json.putObject("UsageData").put("Size", -1).put("RefCount", volume.usedBy().size());
        }
        return json;
    }

    public static ObjectNode form(VolumeView volume) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("CreatedAt", volume.createdAt().toString()).put("Driver", "local");
        ObjectNode labels = json.putObject("Labels");
        new TreeMap<>(volume.labels()).forEach(labels::put);
        if (volume.anonymous()) {
            labels.put(ANONYMOUS, "");
        }
        // it lies on a node, where nobody but root may enter
        json.put("Mountpoint", "").put("Name", volume.name()).put("Scope", "local");
        if (volume.size() == null) {
            json.putNull("Options");
        } else {
            json.putObject("Options").put("size", Long.toString(volume.size().value()));
        }
        if (volume.used() != null) {
            json.putObject("UsageData").put("Size", volume.used().value()).put("RefCount", volume.usedBy().size());
        }
        if (volume.node() != null) {
            ObjectNode status = json.putObject("Status").put("node", volume.node().name());
            if (volume.limitedBy() != null) {
                status.put("limitedBy", volume.limitedBy());
            }
        }
        return json;
    }

    /** @throws DockerRefusal for a filter that there isn't */
    public static boolean matches(VolumeView volume, Map<String, List<String>> filters, Set<String> known) {
        ListFilters.check(filters, known);
        return filters.entrySet().stream().allMatch(filter -> switch (filter.getKey()) {
            case "name" -> filter.getValue().isEmpty() || filter.getValue().stream().anyMatch(volume.name()::contains);
            case "label" -> filter.getValue().stream().allMatch(label -> ListFilters.labelled(volume.labels(), label));
            case "label!" -> filter.getValue().stream().noneMatch(label -> ListFilters.labelled(volume.labels(), label));
            case "driver" -> filter.getValue().isEmpty() || filter.getValue().contains("local");
            case "dangling" -> filter.getValue().isEmpty() || yes(filter.getValue().getFirst()) == volume.usedBy().isEmpty();
            // whether also those with a name, which the caller has looked at
            default -> true;
        });
    }

    public static boolean yes(String text) {
        return text.equals("true") || text.equals("1");
    }
}
