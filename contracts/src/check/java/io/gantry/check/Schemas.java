package io.gantry.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** As much of JSON Schema as the contract uses. Stricter in one thing: a field that no schema names is wrong, though a client would ignore it. */
final class Schemas {
    private final JsonNode document;

    Schemas(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with the value, as lines with the place; empty if nothing is. */
    List<String> wrong(JsonNode schema, JsonNode value, String place) {
        List<String> found = new ArrayList<>();
        check(schema, value, place, found);
        if (value.isObject()) {
            unknown(schema, value, place, found);
        }
        return found;
    }

    private void check(JsonNode schema, JsonNode value, String place, List<String> found) {
        if (schema.has("$ref")) {
            found.addAll(wrong(resolve(schema), value, place));
            return;
        }
        schema.path("allOf").forEach(part -> check(part, value, place, found));
        if (schema.has("oneOf")) {
            oneOf(schema, value, place, found);
        }
        if (schema.has("type") && !isA(schema.path("type").asText(), value)) {
            found.add(place + " is no " + schema.path("type").asText() + ": " + value);
            return;
        }
        if (schema.has("const") && !schema.path("const").equals(value) || schema.has("enum") && !contains(schema.path("enum"), value)) {
            found.add(place + " can't be " + value);
        }
        if (schema.has("format") && !hasForm(schema.path("format").asText(), value.asText())) {
            found.add(place + " is no " + schema.path("format").asText() + ": " + value);
        }
        for (int i = 0; value.isArray() && schema.has("items") && i < value.size(); i++) {
            found.addAll(wrong(schema.path("items"), value.get(i), place + "[" + i + "]"));
        }
        if (value.isObject()) {
            fields(schema, value, place, found);
        }
    }

    private void oneOf(JsonNode schema, JsonNode value, String place, List<String> found) {
        String word = schema.path("discriminator").path("propertyName").asText();
        JsonNode reference = schema.path("discriminator").path("mapping").path(value.path(word).asText());
        if (reference.isMissingNode()) {
            found.add(place + "." + word + " can't be " + value.path(word));
        } else {
            found.addAll(wrong(resolve(reference.asText()), value, place));
        }
    }

    private void fields(JsonNode schema, JsonNode value, String place, List<String> found) {
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                found.add(place + "." + name.asText() + " is missing");
            }
        });
        schema.path("properties").properties().forEach(field -> {
            if (value.has(field.getKey())) {
                found.addAll(wrong(field.getValue(), value.get(field.getKey()), place + "." + field.getKey()));
            }
        });
        if (schema.path("additionalProperties").isObject()) {
            value.properties().forEach(field -> found.addAll(wrong(schema.path("additionalProperties"), field.getValue(), place + "." + field.getKey())));
        }
    }

    private void unknown(JsonNode schema, JsonNode value, String place, List<String> found) {
        JsonNode whole = schema.has("$ref") ? resolve(schema) : schema;
        if (whole.has("oneOf") || whole.path("additionalProperties").isObject() || !whole.has("properties") && !whole.has("allOf")) {
            return;
        }
        Set<String> known = known(whole);
        value.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                found.add(place + " has a field '" + name + "' that the contract doesn't know");
            }
        });
    }

    private Set<String> known(JsonNode schema) {
        JsonNode whole = schema.has("$ref") ? resolve(schema) : schema;
        Set<String> names = new LinkedHashSet<>();
        whole.path("properties").fieldNames().forEachRemaining(names::add);
        whole.path("allOf").forEach(part -> names.addAll(known(part)));
        return names;
    }

    /** The smallest value of a schema: of an object only what must be there. */
    JsonNode smallest(JsonNode schema) {
        JsonNode whole = resolve(schema);
        if (whole.has("const")) {
            return whole.path("const");
        }
        if (whole.has("enum")) {
            return whole.path("enum").path(0);
        }
        if (whole.has("oneOf")) {
            return smallest(whole.path("oneOf").path(0));
        }
        return switch (whole.path("type").asText()) {
            case "object" -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                whole.path("required").forEach(name -> object.set(name.asText(), smallest(whole.path("properties").path(name.asText()))));
                yield object;
            }
            case "array" -> JsonNodeFactory.instance.arrayNode().add(smallest(whole.path("items")));
            case "integer" -> JsonNodeFactory.instance.numberNode(1);
            case "boolean" -> JsonNodeFactory.instance.booleanNode(true);
            case "string" -> JsonNodeFactory.instance.textNode(whole.has("contentEncoding") ? "YQ==" : "a");
            default -> throw new IllegalStateException("no smallest value of " + whole);
        };
    }

    JsonNode resolve(JsonNode referring) {
        return referring.has("$ref") ? resolve(referring.path("$ref").asText()) : referring;
    }

    private JsonNode resolve(String reference) {
        JsonNode found = document.at(reference.substring(1));
        if (found.isMissingNode()) {
            throw new IllegalStateException("the contract has no " + reference);
        }
        return found;
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        return StreamSupport.stream(values.spliterator(), false).anyMatch(value::equals);
    }

    private static boolean isA(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> throw new IllegalStateException("no such type: " + type);
        };
    }

    private static boolean hasForm(String format, String text) {
        try {
            switch (format) {
                case "date-time" -> OffsetDateTime.parse(text);
                case "duration" -> Duration.parse(text);
                default -> {
                    return true;
                }
            }
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
