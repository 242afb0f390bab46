package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The query of {@code POST /build} as ours. What says nothing, as clients send it, is taken; what can't be followed is refused by name.
 *
 * @param tags what the image shall be called
 * @param quiet tells the image's id alone
 * @param parameters of the query for image-service, in order, not encoded
 */
public record BuildQuery(List<ImageRef> tags, boolean quiet, List<Map.Entry<String, String>> parameters) {
    private static final Set<String> NETWORKS = Set.of("default", "bridge", "none", "host");
    /** Of Linux there is one. */
    private static final Set<String> ISOLATIONS = Set.of("default");
    /** How clients write that they say nothing, where a value is JSON. */
    private static final Set<String> NOTHING = Set.of("null", "[]", "{}", "[\"\"]");

    /** @param values of a parameter, none if it isn't there */
    public static BuildQuery read(Function<String, List<String>> values) {
        String version = first(values, "version");
        if (!version.isEmpty() && !version.equals("1")) {
            throw new DockerRefusal(400, "BuildKit is not supported: there is the classic builder alone; set DOCKER_BUILDKIT=0");
        }
        for (String list : List.of("ulimits", "outputs")) {
            refuseUnless(NOTHING.contains(first(values, list)), values, list);
        }
        refuseUnless(NETWORKS.contains(first(values, "networkmode")), values, "networkmode");
        refuseUnless(ISOLATIONS.contains(first(values, "isolation")), values, "isolation");
        List<ImageRef> tags = values.apply("t").stream().filter(tag -> !tag.isEmpty()).map(BuildQuery::tag).toList();
        List<Map.Entry<String, String>> all = new ArrayList<>();
        List.of("dockerfile", "target").forEach(name -> all.add(Map.entry(name, first(values, name))));
        List.of("nocache", "pull").forEach(name -> all.add(Map.entry(name, Boolean.toString(DockerNames.yes(first(values, name))))));
        String network = first(values, "networkmode");
        given(network.equals("bridge") ? "default" : network, "network", all);
        given(first(values, "platform"), "platform", all);
        values.apply("extrahosts").stream().filter(host -> !host.isEmpty())
                .forEach(host -> all.add(Map.entry("addhost", Naming.host(host, () -> Unsupported.parameter("extrahosts", host)).text())));
        String shm = first(values, "shmsize");
        given(shm.equals("0") ? "" : shm, "shm", all);
        tags.forEach(tag -> all.add(Map.entry("tag", tag.toString())));
        pairs("buildargs", first(values, "buildargs")).forEach((key, value) -> all.add(Map.entry("buildarg", key + "=" + value)));
        pairs("labels", first(values, "labels")).forEach((key, value) -> all.add(Map.entry("label", key + "=" + value)));
        names("cachefrom", first(values, "cachefrom")).forEach(name -> all.add(Map.entry("cachefrom", ImageNames.reference(name).toString())));
        return new BuildQuery(tags, DockerNames.yes(first(values, "q")), List.copyOf(all));
    }

    private static void given(String value, String as, List<Map.Entry<String, String>> all) {
        if (!value.isEmpty()) {
            all.add(Map.entry(as, value));
        }
    }

    private static ImageRef tag(String text) {
        ImageRef tag = ImageNames.reference(text);
        if (tag.digest().isPresent()) {
            throw new DockerRefusal(400, "refusing to create a tag with a digest reference");
        }
        return tag;
    }

    /** A list of strings; what is empty is none. */
    private static List<String> names(String parameter, String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        JsonNode json = read(parameter, text);
        if (!json.isNull() && !(json.isArray() || json.isObject() && json.isEmpty()) || json.valueStream().anyMatch(one -> !one.isTextual())) {
            throw new DockerRefusal(400, parameter + " is a list of strings");
        }
        return json.valueStream().map(JsonNode::asText).filter(name -> !name.isEmpty()).toList();
    }

    private static JsonNode read(String parameter, String text) {
        try {
            return Json.read(text, JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, parameter + " is no JSON: " + e.getMessage());
        }
    }

    /** Strings by name; {@code null} is what a client sends for a variable that isn't set on its side: it stays unset. */
    private static Map<String, String> pairs(String parameter, String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return pairs;
        }
        JsonNode json = read(parameter, text);
        if (!json.isObject() && !json.isNull()) {
            throw new DockerRefusal(400, parameter + " is an object of strings");
        }
        json.properties().forEach(one -> {
            if (one.getKey().isEmpty() || one.getKey().contains("=") || !one.getValue().isTextual() && !one.getValue().isNull()) {
                throw new DockerRefusal(400, parameter + " has strings under names without =, got " + one.getValue() + " for '" + one.getKey() + "'");
            }
            if (one.getValue().isTextual()) {
                pairs.put(one.getKey(), one.getValue().asText());
            }
        });
        return pairs;
    }

    private static void refuseUnless(boolean can, Function<String, List<String>> values, String parameter) {
        String value = first(values, parameter);
        if (!can && !value.isEmpty()) {
            throw Unsupported.parameter(parameter, value);
        }
    }

    /** As Docker's server: docker-py sends a Dockerfile from outside the context as its name in the context, and once more as its text. */
    private static String first(Function<String, List<String>> values, String parameter) {
        List<String> all = values.apply(parameter);
        return all.isEmpty() ? "" : all.getFirst();
    }
}
