package io.gantry.kit.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * REST speaks the same JSON as the event backbone, but takes no field that it doesn't know: a misspelt limit would be no limit. Events
 * ignore such fields, since a newer writer may add some.
 */
@Singleton
final class WireJson {
    @Produces
    @Singleton
    ObjectMapper mapper() {
        return Json.mapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }
}
