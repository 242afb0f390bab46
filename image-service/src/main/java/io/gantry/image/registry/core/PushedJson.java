package io.gantry.image.registry.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.gantry.contracts.envelope.Json;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.nio.charset.StandardCharsets;

/** A document that somebody pushed: one value of JSON and nothing behind it, which other readers would stumble over, without U+0000, which no column takes. */
final class PushedJson {
    private static final ObjectReader READER = Json.mapper().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private PushedJson() {}

    /**
     * @param what it is, for people: "the manifest"
     * @throws RegistryRefusal MANIFEST_INVALID
     */
    static JsonNode read(byte[] body, String what) {
        JsonNode json;
        try {
            json = READER.readValue(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new RegistryRefusal(Code.MANIFEST_INVALID, what + " is not JSON: " + e.getOriginalMessage(), "");
        }
        if (hasNul(json)) {
            throw new RegistryRefusal(Code.MANIFEST_INVALID, what + " has the character U+0000 in a text", "");
        }
        return json;
    }

    /** In a name or a value, at any depth. */
    private static boolean hasNul(JsonNode json) {
        boolean names = json.properties().stream().anyMatch(field -> field.getKey().indexOf('\0') >= 0);
        return names || json.isTextual() && json.textValue().indexOf('\0') >= 0 || json.valueStream().anyMatch(PushedJson::hasNul);
    }
}
