package io.gantry.contracts.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** JSON schemas of the types that are one value and no record of ours. */
public final class JsonForms {
    private JsonForms() {}

    /** Empty for what has a name of its own, such as a record. */
    public static Optional<ObjectNode> of(Class<?> raw) {
        ObjectNode schema = Json.mapper().createObjectNode();
        if (raw == String.class) {
            return Optional.of(schema.put("type", "string"));
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return Optional.of(schema.put("type", "boolean"));
        }
        if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class || raw == BigInteger.class) {
            return Optional.of(schema.put("type", "integer"));
        }
        if (raw == double.class || raw == Double.class) {
            return Optional.of(schema.put("type", "number"));
        }
        if (raw == Instant.class) {
            return Optional.of(schema.put("type", "string").put("format", "date-time"));
        }
        if (raw == Duration.class) {
            return Optional.of(schema.put("type", "string").put("format", "duration"));
        }
        return raw == UUID.class ? Optional.of(schema.put("type", "string").put("format", "uuid")) : Optional.empty();
    }
}
