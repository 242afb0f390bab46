package io.gantry.contracts.view;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.unit.Bytes;
import java.util.Map;

/**
 * Body of {@code POST /volumes}.
 *
 * @param name unique in the project; {@code null} lets the service choose one
 * @param size at most this much can lie in it, its file system's own needs included, 16 MiB at least; {@code null} is no limit
 * @param nodeName where it shall be; {@code null} leaves that to the first container that uses it
 */
public record VolumeRequest(String name, Map<String, String> labels, String nodeName, Bytes size) {
    private static final Bytes SMALLEST = Bytes.mebi(16);

    /** Without a limit. */
    public VolumeRequest(String name, Map<String, String> labels, String nodeName) {
        this(name, labels, nodeName, null);
    }

    public VolumeRequest {
        if (name != null) {
            Mount.checkVolumeName("name", name);
        }
        if (size != null && size.compareTo(SMALLEST) < 0) {
            throw new BadField("size", "size is at least " + SMALLEST + ", got " + size);
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
