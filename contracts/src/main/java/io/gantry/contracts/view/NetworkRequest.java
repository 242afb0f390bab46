package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Cidr;
import java.util.Map;

/**
 * Body of {@code POST /networks}.
 *
 * @param subnet {@code null} lets network-service choose one
 * @param labels for people and their tools
 */
public record NetworkRequest(@Always String name, Cidr subnet, Map<String, String> labels) {
    public NetworkRequest {
        labels = labels == null ? Map.of() : labels;
        labels.forEach((key, value) -> {
            if (key.isEmpty() || value == null) {
                throw new BadField("labels", "labels have a name and a text each, got '" + key + "': " + value);
            }
        });
        labels = Map.copyOf(labels);
    }
}
