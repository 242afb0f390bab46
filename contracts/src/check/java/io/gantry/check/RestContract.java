package io.gantry.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/** The OpenAPI document, and whether an answer is one that it promises. */
public final class RestContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROBLEM = "application/problem+json";
    private static final Pattern PLACE = Pattern.compile("\\{\\w+}");

    /** @param path as in the document, {@code /containers/{ref}} */
    public record Operation(String method, String path, JsonNode described) {
        public String name() {
            return described.path("operationId").asText();
        }

        private boolean matches(String asked) {
            return Pattern.matches(PLACE.matcher(Pattern.quote(path).replace("{reference}", "\\E.+\\Q")).replaceAll("\\\\E[^/]+\\\\Q"), asked);
        }
    }

    private final Schemas schemas;
    private final List<Operation> operations;
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    public RestContract(JsonNode document) {
        schemas = new Schemas(document);
        List<Operation> all = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(
                one -> all.add(new Operation(one.getKey().toUpperCase(Locale.ROOT), path.getKey(), one.getValue()))));
        // prune is no reference, and the end of one is none where something else has that end
        all.sort(Comparator.comparing(one -> one.path().indexOf('{') < 0 ? 0 : one.path().endsWith("{reference}") ? 3 : one.path().contains("{reference}") ? 2 : 1));
        operations = List.copyOf(all);
    }

    /** As the reference has it. */
    public static RestContract read(Path document) {
        try {
            return new RestContract(JSON.readTree(document.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(document.toString(), e);
        }
    }

    public List<Operation> operations() {
        return operations;
    }

    /** Operations that were answered well at least once. */
    public Set<String> seen() {
        return seen;
    }

    /** @param path below {@code /api/v1}, without a query */
    public Optional<Operation> find(String method, String path) {
        String whole = path.isEmpty() ? "/" : path;
        return operations.stream().filter(one -> one.method().equals(method) && one.matches(whole)).findFirst();
    }

    /** A schema for what may be a reference to one. */
    public JsonNode resolve(JsonNode referring) {
        return schemas.resolve(referring);
    }

    /** Of an operation that takes JSON: a body with nothing in it but what must be. */
    public ObjectNode smallestBody(Operation operation) {
        return (ObjectNode) schemas.smallest(operation.described().path("requestBody").path("content").path("application/json").path("schema"));
    }

    /**
     * What is otherwise than the contract says; empty if nothing is. An operation that isn't in it can only be refused.
     *
     * @param mediaType of the answer, may be {@code null}
     * @param body may be empty where it isn't looked at, as of a stream
     */
    public List<String> wrong(String method, String path, int status, String mediaType, String body) {
        String media = mediaType == null ? "" : mediaType.replaceFirst(";.*", "").strip();
        var operation = find(method, path);
        if (operation.isEmpty()) {
            return status >= 400 ? List.of() : List.of(method + " " + path + " is answered with " + status + " and is in no contract");
        }
        Operation one = operation.get();
        String what = one.name() + " (" + method + " " + path + ") answered with " + status;
        JsonNode response = schemas.resolve(one.described().path("responses").path(Integer.toString(status)));
        if (response.isMissingNode()) {
            return List.of(what + ", which the contract doesn't know: " + body);
        }
        if (status < 400) {
            seen.add(one.name());
        }
        JsonNode content = response.path("content");
        if (content.isEmpty() || method.equals("HEAD")) {
            return body.isEmpty() ? List.of() : List.of(what + " has a body: " + body);
        }
        JsonNode schema = content.path(media).path("schema");
        if (content.path(media).isMissingNode()) {
            return List.of(what + " is " + media + " and not of " + content.properties().stream().map(Map.Entry::getKey).toList());
        }
        return switch (media) {
            case "application/json", PROBLEM -> prefixed(what, json(schema, body));
            case "application/x-ndjson" -> prefixed(what, body.lines().flatMap(line -> json(schema.path("contentSchema"), line).stream()).toList());
            default -> List.of();
        };
    }

    private List<String> json(JsonNode schema, String body) {
        try {
            return schemas.wrong(schema, JSON.readTree(body), "body");
        } catch (JsonProcessingException e) {
            return List.of("the body is no JSON: " + body);
        }
    }

    private static List<String> prefixed(String what, List<String> wrong) {
        return wrong.stream().map(line -> what + ": " + line).toList();
    }
}
