package io.gantry.kit.select;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.view.Items;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.TreeMap;

/** {@code id,name,spec.image}: what shall be left of an answer, of each item if it is a list. */
public final class Fields {
    /** @param inner empty: all of it */
    private record Part(Map<String, Part> inner) {
        private Part() {
            this(new TreeMap<>());
        }
    }

    private final Part wanted = new Part();
    private final boolean list;

    /**
     * @param asked names with dots, between commas
     * @param answer of which type the answer is
     * @throws BadField for a field that it doesn't have
     */
    public Fields(String asked, Type answer) {
        JavaType type = Json.mapper().constructType(answer);
        list = type.hasRawClass(Items.class);
        for (String path : asked.split(",")) {
            add(path.strip(), list ? type.containedType(0) : type);
        }
    }

    private void add(String path, JavaType of) {
        Part at = wanted;
        JavaType type = of;
        for (String name : path.split("\\.", -1)) {
            type = inside(path, name, type);
            at = at.inner().computeIfAbsent(name, _ -> new Part());
        }
        // the whole is more than a part that was asked for as well
        at.inner().clear();
    }

    /** The type of a field; {@code null} where anything can be. */
    private static JavaType inside(String path, String name, JavaType outer) {
        JavaType type = outer;
        while (type != null && !type.isMapLikeType() && type.getContentType() != null) {
            type = type.getContentType();
        }
        if (type == null || type.isTypeOrSubTypeOf(JsonNode.class)) {
            return null;
        }
        if (type.isMapLikeType()) {
            return type.getContentType();
        }
        Map<String, JavaType> known = known(type);
        if (!known.containsKey(name)) {
            throw new BadField("fields", "there is no field '" + path + "' here", known.isEmpty() ? "leave out what stands behind a dot" : "there are " + String.join(", ", known.keySet()));
        }
        return known.get(name);
    }

    private static Map<String, JavaType> known(JavaType type) {
        Map<String, JavaType> known = new TreeMap<>();
        Class<?> raw = type.getRawClass();
        if (raw.isSealed() && raw.isAnnotationPresent(JsonSubTypes.class)) {
            known.put(raw.getAnnotation(JsonTypeInfo.class).property(), Json.mapper().constructType(String.class));
            for (JsonSubTypes.Type one : raw.getAnnotation(JsonSubTypes.class).value()) {
                known.putAll(known(Json.mapper().constructType(one.value())));
            }
        } else if (raw.isRecord() && Json.mapper().getSerializationConfig().introspect(type).findJsonValueAccessor() == null) {
            for (BeanPropertyDefinition property : Json.mapper().getSerializationConfig().introspect(type).findProperties()) {
                known.put(property.getName(), property.getPrimaryType());
            }
        }
        return known;
    }

    /** The answer with those fields alone. */
    public JsonNode of(Object answer) {
        JsonNode whole = Json.mapper().valueToTree(answer);
        if (!list) {
            return chosen(whole, wanted);
        }
        ((ObjectNode) whole).set("items", chosen(whole.path("items"), wanted));
        return whole;
    }

    private static JsonNode chosen(JsonNode value, Part wanted) {
        if (wanted.inner().isEmpty()) {
            return value;
        }
        if (value.isArray()) {
            ArrayNode all = Json.mapper().createArrayNode();
            value.forEach(item -> all.add(chosen(item, wanted)));
            return all;
        }
        ObjectNode left = Json.mapper().createObjectNode();
        wanted.inner().forEach((name, inner) -> {
            if (value.has(name)) {
                left.set(name, chosen(value.get(name), inner));
            }
        });
        return left;
    }
}
