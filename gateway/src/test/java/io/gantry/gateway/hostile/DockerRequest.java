package io.gantry.gateway.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.check.fuzz.Dice;
import io.gantry.check.fuzz.Hints;
import io.gantry.check.fuzz.Spoiled;
import io.gantry.check.fuzz.Values;
import io.gantry.gateway.docker.schema.MobySchema;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;

/** Requests of Docker's API, drawn from its description. */
final class DockerRequest {
    /** Played services run what they start as processes of this machine; and other tests count on their images. */
    private static final Set<String> NOT_PLAYED = Set.of(
            "POST /containers/{id}/start", "POST /containers/{id}/restart", "POST /exec/{id}/start", "POST /containers/{id}/stop", "POST /containers/{id}/kill", "POST /containers/{id}/wait", "POST /session",
            "POST /containers/{id}/attach", "GET /containers/{id}/attach/ws", "DELETE /containers/{id}", "POST /build", "POST /images/prune", "DELETE /images/{name}", "POST /images/{name}/tag");
    private static final List<String> FILTER_KEYS = List.of("label", "name", "status", "id", "before", "since", "dangling", "until", "type", "event", "unicorn", "driver", "exited", "publish", "health");
    private static final List<String> VERSIONS = List.of("", "", "/v1.41", "/v1.41", "/v1.24", "/v1.47", "/v1.23", "/v1.99", "/v1.x", "/v9999999999.1");

    private static final JsonNode STRING = JsonNodeFactory.instance.objectNode().put("type", "string");

    private final MobySchema moby;
    private final Dice dice;
    private final List<String> references;
    private final Values values;
    private final List<String> operations;

    /** What is sent, whole; the connection ends with its answer. */
    record Sent(String method, byte[] bytes) {
        @Override
        public String toString() {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.length() > 1500 ? text.substring(0, 1500) + "… (" + text.length() + ")" : text;
        }
    }

    /** @param references by which a container is known that is there */
    DockerRequest(MobySchema moby, Dice dice, List<String> references) {
        this.moby = moby;
        this.dice = dice;
        this.references = references;
        this.values = new Values(moby::resolve, dice, new Hints(Map.of(
                "Image", List.of("busy", "busy:latest"), "fromImage", List.of("busy"), "Container", references, "container", references, "path", List.of("/etc"), "condition", List.of("removed"),
                "NetworkMode", List.of("default", "bridge", "none", "host", "container:fuzzed"), "ExposedPorts.key", List.of("80/tcp", "53/udp"), "until", List.of("1"), "since", List.of("1"))));
        this.operations = moby.operations().keySet().stream().filter(one -> !NOT_PLAYED.contains(one)).toList();
    }

    Sent next() {
        // what makes containers has most that can be said of it
        String operation = dice.oneIn(4) ? "POST /containers/create" : dice.of(operations);
        String method = operation.substring(0, operation.indexOf(' '));
        String template = operation.substring(operation.indexOf(' ') + 1);
        List<String> query = new ArrayList<>();
        moby.parameters(method, template).forEach(parameter -> parameter(parameter, query));
        byte[] body = body(method, template);
        String target = dice.of(VERSIONS) + path(template) + (query.isEmpty() ? "" : "?" + String.join("&", query));
        String head = method + " " + target + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n" + (body.length == 0 ? "" : "Content-Type: application/json\r\n") + "Content-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return new Sent(method, bytes.toByteArray());
    }

    private void parameter(JsonNode parameter, List<String> query) {
        if (!parameter.path("in").asText().equals("query") || dice.oneIn(2)) {
            return;
        }
        String name = parameter.path("name").asText();
        // an event stream without an end goes on
        String text = name.equals("follow") || name.equals("stream") ? "0" : name.equals("filters") ? filters() : values.word(parameter, name);
        query.add(name + "=" + encoded(text));
    }

    private String filters() {
        String key = dice.of(FILTER_KEYS);
        String value = values.word(STRING, key).replace("\\", "").replace("\"", "");
        return switch (dice.below(6)) {
            case 0 -> "{\"" + key + "\":{\"" + value + "\":true}}";
            case 1 -> "{\"" + key + "\":\"" + value + "\"}";
            case 2 -> "{\"" + key + "\":[1,null,{}]}";
            case 3 -> dice.oddText();
            default -> "{\"" + key + "\":[\"" + value + "\"]}";
        };
    }

    private byte[] body(String method, String template) {
        JsonNode schema = moby.parameters(method, template).stream().filter(one -> one.path("in").asText().equals("body")).findFirst().map(one -> one.path("schema")).orElse(null);
        if (schema == null || !schema.has("$ref") && !schema.has("allOf") && !schema.has("properties")) {
            return new byte[0];
        }
        JsonNode body = values.of(schema, "");
        if (template.equals("/containers/create") && body instanceof ObjectNode object && !dice.oneIn(6)) {
            object.put("Image", "busy");
        }
        return Spoiled.bytes(body, dice);
    }

    private String path(String template) {
        String word = dice.oneIn(3) ? dice.oddText() : dice.of(references);
        String one = encoded(word.isEmpty() ? "x" : word);
        return template.replaceAll("\\{[a-z]+}", Matcher.quoteReplacement(one));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
