package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What {@code docker import} is told: the image's id as a status. */
public final class ImportWords implements ToldWords {
    private boolean ended;

    @Override
    public List<ObjectNode> of(JsonNode line) {
        ended = ended || line.has("image") || line.has("error");
        if (line.has("image")) {
            return List.of(ToldWords.status(line.path("image").asText()));
        }
        return line.has("error") ? List.of(ToldWords.error(ToldWords.text(ToldWords.problem(line)), 0)) : List.of();
    }

    @Override
    public List<ObjectNode> end() {
        return ended ? List.of() : List.of(ToldWords.error("nothing was imported: image-service went away", 0));
    }

    /** Nothing has been told before it ends. */
    @Override
    public Optional<DockerRefusal> refusal(JsonNode first) {
        return first.has("error")
                ? Optional.of(new DockerRefusal(ToldWords.problem(first).status(), ToldWords.text(ToldWords.problem(first))))
                : Optional.empty();
    }
}
