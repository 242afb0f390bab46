package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One object of a Docker client's body. Reading a field makes it known and checks its type; {@link #refuseTheRest} then refuses by name
 * what nobody read, what Docker knows and what says something. Clients send every field they know, so {@code null}, {@code ""}, {@code 0},
 * {@code false}, {@code []} and {@code {}} say nothing, wherever they stand.
 */
final class Fields {
    private final String path;
    private final JsonNode object;
    private final KnownFields schema;
    private final Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final List<Fields> inner = new ArrayList<>();

    private Fields(String path, JsonNode object, KnownFields schema) {
        this.path = path;
        this.object = object;
        this.schema = schema;
    }

    /** @throws DockerRefusal if it is no object */
    static Fields of(JsonNode body, KnownFields schema) {
        return of("", body, schema);
    }

    private static Fields of(String path, JsonNode value, KnownFields schema) {
        if (!value.isObject() && !absent(value)) {
            throw wrong(path.isEmpty() ? "the body" : path, "an object", value);
        }
        return new Fields(path, value, schema);
    }

    /** Empty when absent, as all of these. */
    Fields in(String name) {
        return keep(of(path(name), read(name), schema.in(name)));
    }

    String text(String name) {
        JsonNode value = read(name);
        if (!absent(value) && !value.isTextual()) {
            throw wrong(path(name), "a string", value);
        }
        return value.asText("");
    }

    /** @return {@code null} when absent or empty */
    String textOrNull(String name) {
        String text = text(name);
        return text.isEmpty() ? null : text;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(flagOrNull(name));
    }

    Boolean flagOrNull(String name) {
        JsonNode value = read(name);
        if (!absent(value) && !value.isBoolean()) {
            throw wrong(path(name), "true or false", value);
        }
        return absent(value) ? null : value.asBoolean();
    }

    long whole(String name, long least, long most) {
        Long value = wholeOrNull(name, least, most);
        return value == null ? 0 : value;
    }

    /** Not below 0. */
    long count(String name) {
        return whole(name, 0, Long.MAX_VALUE);
    }

    Long wholeOrNull(String name, long least, long most) {
        JsonNode value = read(name);
        if (absent(value)) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw wrong(path(name), "a whole number " + (most == Long.MAX_VALUE ? "from " + least : "from " + least + " to " + most), value);
        }
        return value.asLong();
    }

    /** @return {@code null} when absent or empty */
    List<String> texts(String name) {
        JsonNode value = read(name);
        if (!absent(value) && !value.isArray()) {
            throw wrong(path(name), "a list of strings", value);
        }
        List<String> words = new ArrayList<>();
        for (JsonNode word : value) {
            if (!word.isTextual()) {
                throw wrong(path(name) + "[" + words.size() + "]", "a string", word);
            }
            words.add(word.asText());
        }
        return words.isEmpty() ? null : words;
    }

    /** There, whatever it says. */
    boolean given(String name) {
        return !absent(read(name));
    }

    /** There, and a list, and empty. */
    boolean isEmptyList(String name) {
        return read(name).isArray() && read(name).isEmpty();
    }

    /** A command: a list, or one string, as old clients send it. */
    List<String> words(String name) {
        return read(name).isTextual() ? List.of(text(name)) : texts(name);
    }

    /** Under names of the client's choice; the values are strings. */
    Map<String, String> named(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Fields all = in(name);
        all.names().forEach(key -> texts.put(key, all.text(key)));
        return texts;
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    List<Fields> list(String name) {
        JsonNode value = read(name);
        if (!absent(value) && !value.isArray()) {
            throw wrong(path(name), "a list", value);
        }
        List<Fields> all = new ArrayList<>();
        value.forEach(each -> all.add(keep(of(path(name) + "[" + all.size() + "]", each, schema.in(name)))));
        return all;
    }

    /** Known, and of no effect on a container here: what is said of it may be anything. */
    Fields harmless(String... names) {
        known.addAll(List.of(names));
        return this;
    }

    /** Only these can be had. */
    Fields only(String name, String... values) {
        String text = text(name);
        if (!text.isEmpty() && !List.of(values).contains(text)) {
            throw Unsupported.refusal(path(name), " '" + text + "'");
        }
        return this;
    }

    /** For a field whose value, as it is given, can't be followed. */
    DockerRefusal unsupported(String name) {
        return Unsupported.refusal(path(name), "");
    }

    /** @param value which of its values can't be followed */
    DockerRefusal unsupported(String name, String value) {
        return Unsupported.refusal(path(name), " '" + value + "'");
    }

    /** @throws DockerRefusal for the first field here or further in that Docker knows, that nobody has read and that says something */
    void refuseTheRest() {
        object.properties().stream()
                .filter(field -> schema.has(field.getKey()) && !known.contains(field.getKey()) && says(field.getValue()))
                .findFirst()
                .ifPresent(field -> {
                    throw unsupported(field.getKey());
                });
        inner.forEach(Fields::refuseTheRest);
    }

    /** As it is written, otherwise in any case, as Go's decoder does. */
    private JsonNode read(String name) {
        known.add(name);
        return object.has(name)
                ? object.get(name)
                : object.properties().stream().filter(field -> field.getKey().equalsIgnoreCase(name)).findFirst().map(Map.Entry::getValue).orElse(MissingNode.getInstance());
    }

    private Fields keep(Fields part) {
        inner.add(part);
        return part;
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static boolean says(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY, OBJECT -> !value.isEmpty();
            case STRING -> !value.asText().isEmpty();
            case NUMBER -> value.asDouble() != 0;
            case BOOLEAN -> value.asBoolean();
            case NULL, MISSING -> false;
            case BINARY, POJO -> true;
        };
    }

    private static DockerRefusal wrong(String path, String form, JsonNode value) {
        String text = value.toString();
        return new DockerRefusal(400, path + " is " + form + ", got " + (text.length() > 80 ? text.substring(0, 80) + "…" : text));
    }
}
