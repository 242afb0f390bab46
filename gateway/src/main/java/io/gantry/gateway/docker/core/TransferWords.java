package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code docker pull} and {@code docker push} are told. */
public final class TransferWords implements ToldWords {
    private static final int SHORT = 12;
    private static final int BAR = 50;
    /** Clients know by these words that it is the image that isn't there. */
    private static final String NOT_THERE = "repository does not exist or may require 'docker login': ";
    private final boolean push;
    private boolean ended;

    private TransferWords(boolean push) {
        this.push = push;
    }

    public static TransferWords ofPull() {
        return new TransferWords(false);
    }

    public static TransferWords ofPush() {
        return new TransferWords(true);
    }

    @Override
    public List<ObjectNode> of(JsonNode line) {
        if (line.has("repository")) {
            String repository = line.path("repository").asText();
            return List.of(push
                    ? ToldWords.status("The push refers to repository [" + repository + "]")
                    : ToldWords.status("Pulling from " + repository).put("id", line.path("tag").asText()));
        }
        if (line.has("layer")) {
            return List.of(layer(line));
        }
        ended = ended || line.has("image") || line.has("pushed") || line.has("error");
        if (line.has("image")) {
            String reference = line.path("reference").asText();
            String status = line.path("changed").asBoolean() ? "Status: Downloaded newer image for " : "Status: Image is up to date for ";
            return List.of(ToldWords.status("Digest: " + line.path("manifest").asText()), ToldWords.status(status + reference));
        }
        if (line.has("pushed")) {
            return pushed(line);
        }
        return line.has("error") ? List.of(ToldWords.error(ToldWords.text(ToldWords.problem(line)), 0)) : List.of();
    }

    @Override
    public List<ObjectNode> end() {
        return ended ? List.of() : List.of(ToldWords.error("the " + (push ? "push" : "pull") + " was not finished: image-service went away", 0));
    }

    /** A push tells every trouble in its stream, as Docker's does. */
    @Override
    public Optional<DockerRefusal> refusal(JsonNode first) {
        return push ? Optional.empty() : trouble(first);
    }

    /** What a line says that went wrong. */
    public static Optional<DockerRefusal> trouble(JsonNode line) {
        if (!line.has("error")) {
            return Optional.empty();
        }
        Problem problem = ToldWords.problem(line);
        String words = problem.kind().filter(ProblemType.IMAGE_NOT_FOUND::equals).map(_ -> NOT_THERE).orElse("");
        return Optional.of(new DockerRefusal(problem.status(), words + ToldWords.text(problem)));
    }

    private ObjectNode layer(JsonNode line) {
        String id = line.path("layer").asText().substring("sha256:".length()).substring(0, SHORT);
        long current = line.path("current").asLong();
        long total = line.path("total").asLong();
        ObjectNode json = Json.mapper().createObjectNode();
        switch (line.path("state").asText()) {
            case "PRESENT" -> json.put("status", push ? "Layer already exists" : "Already exists").putObject("progressDetail");
            case "DONE" -> json.put("status", push ? "Pushed" : "Pull complete").putObject("progressDetail");
            default -> {
                json.put("status", current == 0 ? push ? "Preparing" : "Pulling fs layer" : push ? "Pushing" : "Downloading");
                ObjectNode detail = json.putObject("progressDetail");
                if (current > 0) {
                    detail.put("current", current).put("total", total);
                    json.put("progress", bar(current, total));
                }
            }
        }
        return json.put("id", id);
    }

    private static String bar(long current, long total) {
        int full = (int) (total == 0 ? BAR : BAR * current / total);
        return "[" + "=".repeat(Math.max(0, full - 1)) + ">" + " ".repeat(BAR - Math.max(1, full)) + "]  " + megabytes(current) + "/" + megabytes(total);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1fMB", bytes / 1e6);
    }

    private static List<ObjectNode> pushed(JsonNode line) {
        String tag = line.path("pushed").asText();
        String digest = line.path("manifest").asText();
        long size = line.path("size").asLong();
        ObjectNode aux = Json.mapper().createObjectNode();
        aux.putObject("progressDetail");
        aux.putObject("aux").put("Tag", tag).put("Digest", digest).put("Size", size);
        return List.of(ToldWords.status(tag + ": digest: " + digest + " size: " + size), aux);
    }
}
