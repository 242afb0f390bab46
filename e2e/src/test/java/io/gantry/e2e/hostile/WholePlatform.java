package io.gantry.e2e.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.check.fuzz.Dice;
import io.gantry.check.fuzz.Fuzzer;
import io.gantry.check.fuzz.Hints;
import io.gantry.check.fuzz.Wire;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sequences of requests over all of the contract, by chance from one seed, sent to a platform that does what they say. */
final class WholePlatform implements AutoCloseable {
    /** What stands by itself, in the order in which it can be removed: what makes others, who uses others, what is used. */
    private static final Map<String, String> RESOURCES = resources();

    private final Rest rest;
    private final Wire wire;
    private final Fuzzer fuzzer;
    private final Map<String, Set<String>> there = new HashMap<>();

    WholePlatform(Rest rest) {
        this.rest = rest;
        wire = new Wire(rest.url() + "/api/v1", "Bearer " + rest.token());
        Hints hints = new Hints(Map.ofEntries(
                Map.entry("image", List.of(Busybox.IMAGE)), Map.entry("ImageRef", List.of(Busybox.IMAGE)), Map.entry("source", List.of(Busybox.IMAGE)), Map.entry("target", List.of("fuzz/web:2")),
                Map.entry("command", List.of("sleep", "true", "60")), Map.entry("tag", List.of("fuzz/built:1")), Map.entry("nodeName", List.of("nowhere")), Map.entry("network", List.of("default")),
                Map.entry("runtime", List.of("namespaces")), Map.entry("replicas", List.of("0", "1", "2")), Map.entry("registry", List.of("localhost:1")), Map.entry("reference", List.of("localhost:1/a:1")),
                Map.entry("subnet", List.of("10.9.1.0/24", "10.9.2.0/24")), Map.entry("limit", List.of("1", "10")), Map.entry("fields", List.of("id", "name")), Map.entry("memory", List.of("33554432")),
                Map.entry("signal", List.of("SIGTERM", "KILL")), Map.entry("seconds", List.of("1"))));
        fuzzer = new Fuzzer(rest.contract(), _ -> true, wire, hints, Dice.seed());
        RESOURCES.keySet().forEach(resource -> there.put(resource, names(resource)));
    }

    private static Map<String, String> resources() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("image-waivers", "id");
        all.put("image-rules", "name");
        all.put("retentions", "name");
        all.put("rules", "id");
        all.put("deployments", "id");
        all.put("containers?all=true", "id");
        all.put("networks", "id");
        all.put("volumes", "id");
        all.put("secrets", "id");
        all.put("configs", "id");
        return all;
    }

    /** @throws AssertionError with all that was answered wrongly, and the seed */
    void send(int count, Duration atMost) {
        fuzzer.run(count, atMost);
    }

    /** How often which status was answered. */
    Map<String, Integer> statuses() {
        return fuzzer.statuses();
    }

    /** Removes what wasn't there at first. */
    void clear() {
        RESOURCES.keySet().forEach(resource -> {
            Set<String> made = names(resource);
            made.removeAll(there.get(resource));
            String path = resource.replaceFirst("\\?.*", "");
            made.forEach(name -> rest.deleteIfThere("/" + path + "/" + name + (path.equals("containers") ? "?force=true&volumes=true" : "")));
        });
    }

    private Set<String> names(String resource) {
        Set<String> names = new TreeSet<>();
        for (JsonNode one : rest.get("/" + resource + (resource.contains("?") ? "&" : "?") + "limit=1000").path("items")) {
            names.add(one.path(RESOURCES.get(resource)).asText());
        }
        return names;
    }

    @Override
    public void close() {
        wire.close();
    }
}
