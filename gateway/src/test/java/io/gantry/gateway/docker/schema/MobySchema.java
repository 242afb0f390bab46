package io.gantry.gateway.docker.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The published description of Docker's Engine API 1.41 (OpenAPI 2), as Debian packs it with Docker's sources: what it says, and whether an answer is as it says. */
public final class MobySchema {
    private static final String PLACE = "/usr/share/gocode/src/github.com/docker/docker/api/swagger.yaml";
    private static final List<String> METHODS = List.of("get", "head", "post", "put", "delete");
    private final JsonNode root;

    private MobySchema(JsonNode root) {
        this.root = root;
    }

    public static MobySchema load() {
        String named = System.getenv("MOBY_SCHEMA");
        Path file = Stream.of(named == null ? PLACE : named, "../.gantry/tools/moby-api.yaml", PLACE)
                .map(Path::of)
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Docker's API description isn't here; ./gantry test fetches it, as does: apt-get download golang-github-docker-docker-dev"
                        + " && dpkg-deb -x golang-github-docker-docker-dev_*.deb x; then name its file: export MOBY_SCHEMA=$PWD/x" + PLACE));
        try {
            return new MobySchema(new YAMLMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Every {@code GET /containers/json} with the names of its query's parameters. */
    public TreeMap<String, Set<String>> operations() {
        TreeMap<String, Set<String>> all = new TreeMap<>();
        root.path("paths").properties().forEach(path -> path.getValue().properties().stream().filter(one -> METHODS.contains(one.getKey())).forEach(operation -> {
            Set<String> parameters = new LinkedHashSet<>();
            operation.getValue().path("parameters").forEach(parameter -> {
                if (parameter.path("in").asText().equals("query")) {
                    parameters.add(parameter.path("name").asText());
                }
            });
            all.put(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), parameters);
        }));
        return all;
    }

    /** As they are described, those of the query, the path and the body. */
    public List<JsonNode> parameters(String method, String path) {
        List<JsonNode> all = new ArrayList<>();
        operation(method, path).path("parameters").forEach(all::add);
        return all;
    }

    /** A schema for what may be a reference to one. */
    public JsonNode resolve(JsonNode schema) {
        return resolved(schema);
    }

    /** The body that an operation takes. */
    public JsonNode body(String method, String path) {
        for (JsonNode parameter : operation(method, path).path("parameters")) {
            if (parameter.path("in").asText().equals("body")) {
                return parameter.path("schema");
            }
        }
        throw new AssertionError(method + " " + path + " takes no body");
    }

    public JsonNode definition(String name) {
        return root.path("definitions").path(name);
    }

    /** Its own and those of what it is made of. */
    public Set<String> fields(JsonNode schema) {
        Set<String> names = new LinkedHashSet<>();
        properties(schema).forEach((name, each) -> names.add(name));
        return names;
    }

    public JsonNode field(JsonNode schema, String name) {
        return resolved(properties(schema).get(name));
    }

    /** What is wrong with an answer, by the path to it; empty if nothing is. */
    public List<String> faults(String method, String path, int status, JsonNode answer) {
        JsonNode schema = operation(method, path).path("responses").path(Integer.toString(status)).path("schema");
        if (schema.isMissingNode()) {
            return List.of(method + " " + path + " answers nothing with status " + status);
        }
        List<String> faults = new ArrayList<>();
        look("", answer, schema, faults);
        return faults;
    }

    private JsonNode operation(String method, String path) {
        return root.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? resolved(definition(schema.path("$ref").asText().substring("#/definitions/".length()))) : schema;
    }

    private TreeMap<String, JsonNode> properties(JsonNode of) {
        JsonNode schema = resolved(of);
        TreeMap<String, JsonNode> all = new TreeMap<>();
        schema.path("allOf").forEach(part -> all.putAll(properties(part)));
        schema.path("properties").properties().forEach(one -> all.put(one.getKey(), one.getValue()));
        return all;
    }

    private void look(String path, JsonNode value, JsonNode of, List<String> faults) {
        JsonNode schema = resolved(of);
        String type = schema.path("type").asText(schema.has("allOf") || schema.has("properties") ? "object" : "");
        boolean mayBeNull = of.path("x-nullable").asBoolean() || schema.path("x-nullable").asBoolean();
        // Go writes lists and maps that nobody has made as null
        if (value.isNull() && (mayBeNull || type.equals("object") || type.equals("array"))) {
            return;
        }
        switch (type) {
            case "object" -> object(path, value, schema, faults);
            case "array" -> {
                if (!value.isArray()) {
                    faults.add(path + " is no list: " + value);
                    return;
                }
                for (int i = 0; i < value.size(); i++) {
                    look(path + "[" + i + "]", value.get(i), schema.path("items"), faults);
                }
            }
            case "string" -> expect(value.isTextual() && allowed(value.asText(), schema), path, type, value, faults);
            case "integer" -> expect(value.isIntegralNumber(), path, type, value, faults);
            case "number" -> expect(value.isNumber(), path, type, value, faults);
            case "boolean" -> expect(value.isBoolean(), path, type, value, faults);
            default -> {
                // anything
            }
        }
    }

    private void object(String path, JsonNode value, JsonNode schema, List<String> faults) {
        if (!value.isObject()) {
            faults.add(path + " is no object: " + value);
            return;
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                faults.add(path + "." + name.asText() + " is missing");
            }
        });
        TreeMap<String, JsonNode> properties = properties(schema);
        value.properties().forEach(field -> {
            String where = path + "." + field.getKey();
            Optional.ofNullable(properties.get(field.getKey())).or(() -> Optional.of(schema.path("additionalProperties")).filter(JsonNode::isObject)).ifPresentOrElse(
                    known -> look(where, field.getValue(), known, faults),
                    () -> {
                        if (!properties.isEmpty()) {
                            faults.add(where + " is not known");
                        }
                    });
        });
    }

    /** An empty word is what Go writes where nothing was chosen. */
    private static boolean allowed(String value, JsonNode schema) {
        if (!schema.has("enum") || value.isEmpty()) {
            return true;
        }
        for (JsonNode one : schema.path("enum")) {
            if (one.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void expect(boolean so, String path, String type, JsonNode value, List<String> faults) {
        if (!so) {
            faults.add(path + " is no " + type + " as it should be: " + value);
        }
    }
}
