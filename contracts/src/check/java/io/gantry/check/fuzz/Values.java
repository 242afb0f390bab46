package io.gantry.check.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Values of a schema: mostly such as it says, often at a border, sometimes of another kind. Of what may be left out most is, else nothing would ever be accepted. */
public final class Values {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 5;
    private final UnaryOperator<JsonNode> resolve;
    private final Dice dice;
    private final Hints hints;

    /** @param resolve a schema for what may be a reference to one */
    public Values(UnaryOperator<JsonNode> resolve, Dice dice, Hints hints) {
        this.resolve = resolve;
        this.dice = dice;
        this.hints = hints;
    }

    /** @param name of the field or parameter */
    public JsonNode of(JsonNode schema, String name) {
        return of(schema, name, 0);
    }

    private JsonNode of(JsonNode referring, String name, int depth) {
        JsonNode schema = resolve.apply(referring);
        if (dice.oneIn(25)) {
            return Oddities.any(dice);
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.has("oneOf")) {
            return of(schema.path("oneOf").path(dice.below(schema.path("oneOf").size())), name, depth);
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(dice.below(schema.path("enum").size()));
        }
        return switch (schema.path("type").asText(schema.has("properties") || schema.has("allOf") ? "object" : "string")) {
            case "object" -> object(schema, name, depth);
            case "array" -> array(schema, name, depth);
            case "integer", "number" -> dice.oneIn(3) ? dice.of(Oddities.NUMBERS) : number(name);
            case "boolean" -> JSON.booleanNode(dice.oneIn(2));
            default -> JSON.textNode(text(schema, name));
        };
    }

    /** As a parameter has it. */
    public String word(JsonNode schema, String name) {
        JsonNode value = of(schema, name, DEEPEST);
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private JsonNode number(String name) {
        String good = dice.of(hints.of(name, ""));
        return good.matches("\\d+") ? JSON.numberNode(Long.parseLong(good)) : JSON.numberNode(dice.below(100));
    }

    private String text(JsonNode schema, String name) {
        if (schema.has("contentEncoding") || schema.path("format").asText().equals("byte")) {
            return dice.of(List.of("YQ==", "", "Y", "%%%"));
        }
        boolean odd = dice.oneIn(4);
        return switch (schema.path("format").asText()) {
            case "duration" -> odd ? dice.of(Oddities.DURATIONS) : "PT1S";
            case "date-time" -> odd ? dice.of(Oddities.TIMES) : "2026-01-31T12:00:00Z";
            default -> odd ? dice.of(Oddities.TEXTS) : dice.of(hints.of(name, schema.path("title").asText()));
        };
    }

    private JsonNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = JSON.arrayNode();
        int count = dice.oneIn(30) ? 300 : dice.below(3);
        for (int i = 0; i < count; i++) {
            array.add(of(schema.path("items"), name, depth + 1));
        }
        return array;
    }

    private JsonNode object(JsonNode schema, String name, int depth) {
        ObjectNode object = JSON.objectNode();
        fill(object, schema, depth);
        if (schema.path("additionalProperties").isObject()) {
            for (int count = dice.below(3); count > 0; count--) {
                object.set(dice.oneIn(4) ? dice.of(Oddities.TEXTS) : dice.of(hints.of(name + ".key", "")), of(schema.path("additionalProperties"), name, depth + 1));
            }
        }
        if (dice.oneIn(40)) {
            object.set(dice.of(Oddities.TEXTS), Oddities.any(dice));
        }
        return object;
    }

    private void fill(ObjectNode object, JsonNode schema, int depth) {
        schema.path("allOf").forEach(part -> fill(object, resolve.apply(part), depth));
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            boolean wanted = required.contains(name) ? !dice.oneIn(30) : depth < DEEPEST && dice.oneIn(Math.max(3, names.size() / 2));
            if (wanted) {
                object.set(name, of(schema.path("properties").path(name), name, depth + 1));
            }
        }
    }
}
