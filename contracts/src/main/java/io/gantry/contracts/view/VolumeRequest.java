package io.gantry.contracts.view;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Mount;
import java.util.Map;

/**
 * Body of {@code POST /volumes}.
 *
 * @param name unique in the project; {@code null} lets the service choose one
 * @param nodeName where it shall be; {@code null} leaves that to the first container that uses it
 */
public record VolumeRequest(String name, Map<String, String> labels, String nodeName) {
    public VolumeRequest {
        if (name != null) {
            Mount.checkVolumeName("name", name);
        }
        labels = labels == null ? Map.of() : labels;
        labels.forEach((key, value) -> {
            if (key.isEmpty() || value == null) {
                throw new BadField("labels", "labels have a name and a text each, got '" + key + "': " + value);
            }
        });
        labels = Map.copyOf(labels);
    }
}
