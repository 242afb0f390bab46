package io.gantry.network.endpoint.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.PortPublish;
import java.util.List;

/** Lists as JSON text in a column. */
final class PortsText {
    private PortsText() {}

    static String write(List<?> values) {
        return Json.write(values);
    }

    static List<PortPublish> ports(String text) {
        return List.of(Json.read(text, PortPublish[].class));
    }

    static List<String> words(String text) {
        return List.of(Json.read(text, String[].class));
    }
}
