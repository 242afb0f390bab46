package io.gantry.contracts.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * JSON schemas of what the API reads and writes, as Jackson sees the records, each under a name of its own. What is read has no fields but those
 * said, because others are refused; what is only written always has its numbers and truth values.
 */
final class ApiSchemas {
    private final ObjectNode named;
    private final Set<Class<?>> read = new HashSet<>();
    private final Map<String, Class<?>> names = new HashMap<>();

    /** @param named where those with a name go */
    ApiSchemas(ObjectNode named) {
        this.named = named;
    }

    /** To be called for all requests before the first {@link #of}. */
    void isRead(Class<?> type) {
        mark(Json.mapper().constructType(type));
    }

    private void mark(JavaType type) {
        if (type.getContentType() != null) {
            mark(type.getContentType());
            return;
        }
        Class<?> raw = type.getRawClass();
        if (oneValue(type).isPresent() || JsonNode.class.isAssignableFrom(raw) || raw.isEnum() || !read.add(raw)) {
            return;
        }
        if (raw.isSealed()) {
            for (JsonSubTypes.Type one : raw.getAnnotation(JsonSubTypes.class).value()) {
                mark(Json.mapper().constructType(one.value()));
            }
        } else {
            description(type).findProperties().forEach(property -> mark(property.getPrimaryType()));
        }
    }

    ObjectNode of(Class<?> type) {
        return of(Json.mapper().constructType(type));
    }

    /** {@code {"items": […]}}, with a name of its own as well. */
    ObjectNode listOf(Class<?> type) {
        ObjectNode items = of(type);
        String name = name(type) + "List";
        if (!named.has(name)) {
            ObjectNode list = named.putObject(name).put("type", "object");
            ObjectNode fields = list.putObject("properties");
            fields.putObject("items").put("type", "array").set("items", items);
            fields.putObject("next").put("type", "string").put("description", "the cursor of the next page; absent on the last");
            list.putArray("required").add("items");
        }
        return Json.mapper().createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private ObjectNode of(JavaType type) {
        ObjectNode schema = Json.mapper().createObjectNode();
        Class<?> raw = type.getRawClass();
        if (raw == byte[].class) {
            return schema.put("type", "string").put("contentEncoding", "base64");
        }
        if (Map.class.isAssignableFrom(raw)) {
            schema.put("type", "object").set("additionalProperties", of(type.getContentType()));
            return schema;
        }
        if (type.isContainerType()) {
            schema.put("type", "array").set("items", of(type.getContentType()));
            return schema;
        }
        if (type.isReferenceType()) {
            return of(type.getContentType());
        }
        return JsonNode.class.isAssignableFrom(raw) ? schema : oneValue(type).orElseGet(() -> reference(type));
    }

    /** Of a type that is written as one value: one of Java's, or one of ours around it. */
    private static Optional<ObjectNode> oneValue(JavaType type) {
        var known = sized(type.getRawClass());
        if (known.isPresent()) {
            return known;
        }
        var value = description(type).findJsonValueAccessor();
        return value == null ? Optional.empty() : sized(value.getRawType()).map(form -> form.put("title", type.getRawClass().getSimpleName()));
    }

    /** With the width of whole numbers, which clients need to know. */
    private static Optional<ObjectNode> sized(Class<?> raw) {
        boolean narrow = raw == int.class || raw == Integer.class;
        boolean wide = raw == long.class || raw == Long.class;
        return JsonForms.of(raw).map(form -> narrow || wide ? form.put("format", wide ? "int64" : "int32") : form);
    }

    private ObjectNode reference(JavaType type) {
        String name = name(type.getRawClass());
        Class<?> before = names.putIfAbsent(name, type.getRawClass());
        if (before == null) {
            describe(type, named.putObject(name));
        } else if (before != type.getRawClass()) {
            throw new IllegalStateException(before + " and " + type.getRawClass() + " have one name in the contract");
        }
        return Json.mapper().createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private static String name(Class<?> type) {
        return type.getEnclosingClass() == null ? type.getSimpleName() : name(type.getEnclosingClass()) + type.getSimpleName();
    }

    private void describe(JavaType type, ObjectNode body) {
        Class<?> raw = type.getRawClass();
        if (raw.isEnum()) {
            ArrayNode values = body.put("type", "string").putArray("enum");
            for (Field constant : raw.getFields()) {
                JsonProperty written = constant.getAnnotation(JsonProperty.class);
                values.add(written == null ? constant.getName() : written.value());
            }
        } else if (raw.isSealed()) {
            cases(raw, body);
        } else {
            fields(type, body);
        }
    }

    private void cases(Class<?> sealed, ObjectNode body) {
        String word = sealed.getAnnotation(JsonTypeInfo.class).property();
        ArrayNode cases = body.putArray("oneOf");
        ObjectNode mapping = body.putObject("discriminator").put("propertyName", word).putObject("mapping");
        for (JsonSubTypes.Type one : sealed.getAnnotation(JsonSubTypes.class).value()) {
            String reference = of(one.value()).path("$ref").textValue();
            ObjectNode alternative = (ObjectNode) named.get(name(one.value()));
            alternative.withObject("properties").putObject(word).put("type", "string").put("const", one.name());
            alternative.withArray("required").insert(0, word);
            cases.addObject().put("$ref", reference);
            mapping.put(one.name(), reference);
        }
    }

    private void fields(JavaType type, ObjectNode body) {
        boolean isRead = read.contains(type.getRawClass());
        ObjectNode fields = body.put("type", "object").putObject("properties");
        ArrayNode required = Json.mapper().createArrayNode();
        Set<String> always =
                Arrays.stream(type.getRawClass().getRecordComponents()).filter(one -> one.isAnnotationPresent(Always.class)).map(RecordComponent::getName).collect(Collectors.toSet());
        for (BeanPropertyDefinition property : description(type).findProperties()) {
            fields.set(property.getName(), of(property.getPrimaryType()));
            if (always.contains(property.getName()) || !isRead && property.getPrimaryType().isPrimitive()) {
                required.add(property.getName());
            }
        }
        if (!required.isEmpty()) {
            body.set("required", required);
        }
        if (isRead) {
            body.put("additionalProperties", false);
        }
    }

    private static BeanDescription description(JavaType type) {
        return Json.mapper().getSerializationConfig().introspect(type);
    }
}
