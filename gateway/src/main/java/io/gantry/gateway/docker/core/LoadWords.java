package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What {@code docker load} is told: clients look for "Loaded image: " and "Loaded image ID: ". */
public final class LoadWords implements ToldWords {
    private static final int SHORT = 12;
    private final boolean quiet;
    private boolean ended;

    /** @param quiet without the layers */
    public LoadWords(boolean quiet) {
        this.quiet = quiet;
    }

    @Override
    public List<ObjectNode> of(JsonNode line) {
        if (line.has("layer")) {
            return quiet ? List.of() : List.of(layer(line));
        }
        if (line.has("image")) {
            ended = true;
            List<ObjectNode> all = new ArrayList<>();
            line.path("tags").forEach(tag -> all.add(ToldWords.stream("Loaded image: " + tag.asText() + "\n")));
            return all.isEmpty() ? List.of(ToldWords.stream("Loaded image ID: " + line.path("image").asText() + "\n")) : all;
        }
        ended = ended || line.has("error");
        return line.has("error") ? List.of(ToldWords.error(ToldWords.text(ToldWords.problem(line)), 0)) : List.of();
    }

    @Override
    public List<ObjectNode> end() {
        return ended ? List.of() : List.of(ToldWords.error("the archive was not loaded: image-service went away", 0));
    }

    private static ObjectNode layer(JsonNode line) {
        ObjectNode json = ToldWords.status("Loading layer");
        long size = line.path("size").asLong();
        json.putObject("progressDetail").put("current", size).put("total", size);
        return json.put("id", line.path("layer").asText().substring("sha256:".length()).substring(0, SHORT));
    }
}
