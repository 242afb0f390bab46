package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.util.Map;

/**
 * Body of {@code POST /secrets} and {@code POST /configs}, and with {@code content} alone of their rotation.
 *
 * @param name unique in the project among its kind
 * @param content in JSON as base64; 1 to {@link #MOST} bytes
 */
public record KeptRequest(String name, Map<String, String> labels, @Always byte[] content) {
    /** As Docker's. */
    public static final int MOST = 500 << 10;

    public KeptRequest {
        if (content == null) {
            throw new BadField("content", "content is missing: the file's bytes in base64", "write for example \"c2VjcmV0\"");
        }
        if (content.length == 0 || content.length > MOST) {
            throw new BadField("content", "content is 1 to " + MOST + " bytes, got " + content.length);
        }
        labels = labels == null ? Map.of() : labels;
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
        return "KeptRequest[" + name + ", " + content.length + " bytes]";
    }
}
