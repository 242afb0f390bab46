package io.gantry.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.api.JsonForms;
import io.gantry.contracts.envelope.Json;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON schemas of the contracts' types, read off the types themselves; named ones are collected in one place. */
final class JsonSchemas {
    private final ObjectNode named;

    JsonSchemas(ObjectNode named) {
        this.named = named;
    }

    ObjectNode of(Type type) {
        ObjectNode schema = Json.mapper().createObjectNode();
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                schema.put("type", "object").set("additionalProperties", of(arguments[1]));
            } else if (generic.getRawType() == List.class) {
                schema.put("type", "array").set("items", of(arguments[0]));
            } else if (generic.getRawType() == Optional.class) {
                return of(arguments[0]);
            }
            return schema;
        }
        Class<?> raw = (Class<?>) type;
        Optional<ObjectNode> form = JsonForms.of(raw);
        if (form.isPresent()) {
            return form.get();
        }
        Type single = singleValue(raw);
        if (single != null) {
            return of(single).put("title", raw.getSimpleName());
        }
        return reference(raw);
    }

    /** A type that is written as one value: {@code @JsonValue} on its only component or on a method. */
    private static Type singleValue(Class<?> type) {
        for (Method method : type.getMethods()) {
            if (method.isAnnotationPresent(JsonValue.class)) {
                return method.getReturnType();
            }
        }
        return null;
    }

    private ObjectNode reference(Class<?> type) {
        String name = type.getName().substring("io.gantry.contracts.".length()).replace('$', '.');
        ObjectNode schema = Json.mapper().createObjectNode().put("$ref", "#/components/schemas/" + name);
        if (!named.has(name)) {
            ObjectNode body = named.putObject(name);
            describe(type, body);
        }
        return schema;
    }

    private void describe(Class<?> type, ObjectNode body) {
        if (type.isEnum()) {
            ArrayNode values = body.put("type", "string").putArray("enum");
            for (Field constant : type.getFields()) {
                JsonProperty written = constant.getAnnotation(JsonProperty.class);
                values.add(written == null ? constant.getName() : written.value());
            }
        } else if (type.isSealed()) {
            JsonTypeInfo info = type.getAnnotation(JsonTypeInfo.class);
            ObjectNode mapping = body.put("type", "object").putObject("discriminator");
            mapping.put("propertyName", info.property());
            ArrayNode cases = body.putArray("oneOf");
            for (JsonSubTypes.Type one : type.getAnnotation(JsonSubTypes.class).value()) {
                ObjectNode alternative = cases.addObject();
                alternative.putObject("properties").putObject(info.property()).put("const", one.name());
                alternative.putArray("allOf").add(of(one.value()));
            }
        } else {
            ObjectNode fields = body.put("type", "object").putObject("properties");
            for (RecordComponent component : type.getRecordComponents()) {
                fields.set(component.getName(), of(component.getGenericType()));
            }
        }
    }
}
