package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.util.Map;

/**
 * Body of {@code PATCH /secrets/{ref}} and {@code PATCH /configs/{ref}}.
 *
 * @param labels all of them from now on
 * @param content in JSON as base64; it must be what is kept, and {@code null} says nothing of it. A rotation gives another one
 */
public record KeptPatch(@Always Map<String, String> labels, byte[] content) {
    public KeptPatch {
        if (labels == null) {
            throw new BadField("labels", "labels is missing: all that it shall have", "write {} for none");
        }
        labels.forEach((key, value) -> {
            if (key.isEmpty() || value == null) {
                throw new BadField("labels", "labels have a name and a text each, got '" + key + "': " + value);
            }
        });
        labels = Map.copyOf(labels);
    }

    /** What is secret stays out of messages. */
    @Override
    public String toString() {
        return "KeptPatch[" + labels.keySet() + "]";
    }
}
