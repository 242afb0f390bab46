package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A build as the classic builder tells it: clients look for {@code aux.ID}, for "Successfully built" and "Successfully tagged". There are no images
 * between others here, so that no step has an id of its own.
 */
public final class BuildWords implements ToldWords {
    private static final int SHORT = 12;
    /** Characters of a quiet build that are kept for the case that it fails. */
    private static final int KEPT = 1 << 16;

    private final boolean quiet;
    private final StringBuilder kept = new StringBuilder();
    private final Map<Integer, String> heads = new HashMap<>();
    private int speaks;
    private boolean midLine;
    private boolean ended;

    /** @param quiet nothing but the image's id, and what was told if there is none */
    public BuildWords(boolean quiet) {
        this.quiet = quiet;
    }

    @Override
    public List<ObjectNode> of(JsonNode line) {
        if (line.has("step")) {
            String head = "Step " + line.path("step").asInt() + "/" + line.path("total").asInt() + " : " + line.path("instruction").asText() + "\n";
            speaks = line.path("step").asInt();
            heads.put(speaks, head);
            return said(onItsOwnLine(head));
        }
        if (line.has("cached")) {
            return said(line, " ---> Using cache\n");
        }
        if (line.has("running")) {
            return said(line, " ---> Running in " + line.path("running").asText().substring(0, SHORT) + "\n");
        }
        if (line.has("stream")) {
            return said(line, line.path("stream").asText());
        }
        if (line.has("image")) {
            ended = true;
            return finished(line);
        }
        if (line.has("error")) {
            ended = true;
            return failed(line);
        }
        return List.of();
    }

    @Override
    public List<ObjectNode> end() {
        return ended ? List.of() : List.of(ToldWords.error("the build's output ended before the build did: image-service went away", 0));
    }

    @Override
    public Optional<DockerRefusal> refusal(JsonNode first) {
        return first.has("error") ? Optional.of(refusal(ToldWords.problem(first))) : Optional.empty();
    }

    private static DockerRefusal refusal(Problem problem) {
        // Docker's word for a Dockerfile or a context that can't be followed
        return new DockerRefusal(problem.status() < 500 ? 400 : problem.status(), ToldWords.text(problem));
    }

    /** Steps go side by side here, what the classic builder never did: whenever another one has the word, its head is said again. */
    private List<ObjectNode> said(JsonNode line, String text) {
        int of = line.path("of").asInt();
        if (of == 0 || of == speaks) {
            return said(text);
        }
        speaks = of;
        List<ObjectNode> all = new ArrayList<>(said(onItsOwnLine(heads.getOrDefault(of, "Step " + of + "\n"))));
        all.addAll(said(text));
        return all;
    }

    private String onItsOwnLine(String head) {
        return midLine ? "\n" + head : head;
    }

    private List<ObjectNode> said(String text) {
        midLine = !text.endsWith("\n");
        if (!quiet) {
            return List.of(ToldWords.stream(text));
        }
        kept.append(text);
        kept.delete(0, Math.max(0, kept.length() - KEPT));
        return List.of();
    }

    private List<ObjectNode> finished(JsonNode line) {
        String id = line.path("image").asText();
        if (quiet) {
            return List.of(ToldWords.stream(id + "\n"));
        }
        List<ObjectNode> all = new ArrayList<>();
        ObjectNode aux = Json.mapper().createObjectNode();
        aux.putObject("aux").put("ID", id);
        all.add(aux);
        all.add(ToldWords.stream("Successfully built " + id.substring("sha256:".length()).substring(0, SHORT) + "\n"));
        line.path("tags").forEach(tag -> all.add(ToldWords.stream("Successfully tagged " + tag.asText() + "\n")));
        return all;
    }

    /** A command's exit code becomes that of {@code docker build}. The place that is to blame is named. */
    private List<ObjectNode> failed(JsonNode line) {
        List<ObjectNode> all = new ArrayList<>();
        if (!kept.isEmpty()) {
            all.add(ToldWords.stream(kept.toString()));
        }
        if (line.has("exitCode")) {
            String command = StreamSupport.stream(line.path("command").spliterator(), false).map(JsonNode::asText).collect(Collectors.joining(" "));
            int code = line.path("exitCode").asInt();
            String hint = ToldWords.problem(line).hint();
            JsonNode failure = line.path("failure");
            String place = failure.has("line") ? failure.path("file").asText() + ":" + failure.path("line").asInt() + ": " : "";
            String message = place + "The command '" + command + "' returned a non-zero code: " + code + (hint == null ? "" : " (" + hint + ")");
            all.add(ToldWords.error(message, code));
        } else {
            all.add(ToldWords.error(ToldWords.text(ToldWords.problem(line)), 0));
        }
        return all;
    }
}
