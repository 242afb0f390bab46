package io.gantry.image.build.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.RegistryCredentials;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/** Who a caller is at other registries, beside a body that is a tar: base64 of JSON, {@code {"host:5000": {"username": …, "password": …}}}. */
final class RegistryLogins {
    static final String HEADER = "X-Registry-Config";

    private RegistryLogins() {}

    /** @param header may be {@code null} */
    static Map<String, RegistryCredentials> read(String header) {
        if (header == null || header.isBlank()) {
            return Map.of();
        }
        try {
            return Map.copyOf(Json.mapper().readValue(Base64.getDecoder().decode(header.replace('-', '+').replace('_', '/')), new TypeReference<Map<String, RegistryCredentials>>() {}));
        } catch (IOException | IllegalArgumentException | NullPointerException e) {
            // what is in it is nobody else's to read
            throw new IllegalArgumentException("the header " + HEADER + " is not base64 of JSON with credentials by registry");
        }
    }
}
