package io.gantry.kit.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * REST speaks the same JSON as the event backbone, but takes no field that it doesn't know, since a misspelt limit would be no limit, and
 * no value of another kind. Events ignore such fields, since a newer writer may add some.
 */
@Singleton
final class WireJson {
    @Produces
    @Singleton
    ObjectMapper mapper() {
        return Json.strict().copy();
    }
}
