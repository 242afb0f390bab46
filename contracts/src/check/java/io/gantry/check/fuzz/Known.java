package io.gantry.check.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What earlier requests have made, by resource; what was removed stays, so that it is asked for again. */
public final class Known {
    private final Map<String, List<String>> names = new HashMap<>();
    private final List<String> cursors = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();
    private int made;

    /** The first part of a path, {@code containers}. */
    static String resource(String path) {
        return path.substring(1).split("/")[0];
    }

    /** Ids and names that were answered to somebody who has made something of it. */
    public List<String> of(String resource) {
        return names.getOrDefault(resource, List.of());
    }

    String newName() {
        return "fz-" + ++made;
    }

    List<String> cursors() {
        return cursors;
    }

    List<String> versions() {
        return versions;
    }

    void learn(Call call, int status, String version, JsonNode answer) {
        if (version != null) {
            versions.add(version);
        }
        if (answer.path("next").isTextual()) {
            cursors.add(answer.path("next").asText());
        }
        if (status == 201 && call.method().equals("POST")) {
            String resource = call.path().endsWith("/execs") ? "execs" : resource(call.path());
            learn(resource, answer.path("id"));
            learn(resource, answer.path("name"));
        }
    }

    private void learn(String resource, JsonNode name) {
        if (name.isTextual()) {
            names.computeIfAbsent(resource, _ -> new ArrayList<>()).add(name.asText());
        }
    }
}
