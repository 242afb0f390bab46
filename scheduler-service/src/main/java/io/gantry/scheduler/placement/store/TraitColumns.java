package io.gantry.scheduler.placement.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.scheduler.placement.core.NodeTraits;
import java.util.List;
import java.util.Map;

/** {@link NodeTraits} in the rows of nodes. Each placement reads all nodes: of their facts no more is taken than it asks for. */
public final class TraitColumns {
    /** Of {@code node n}. */
    public static final String SELECTED = "n.id, n.name, n.architecture, coalesce(n.facts::json ->> 'runtimes', ''), coalesce(n.facts::json ->> 'labels', '')";
    public static final int COUNT = 5;

    private TraitColumns() {}

    /** @param row that begins with {@link #SELECTED} */
    public static NodeTraits read(Object[] row) {
        return new NodeTraits(new NodeId((String) row[0]), (String) row[1], (String) row[2], runtimes((String) row[3]), labels((String) row[4]));
    }

    private static List<String> runtimes(String json) {
        return json.isEmpty() ? List.of() : List.of(Json.read(json, String[].class));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> labels(String json) {
        return json.isEmpty() || json.equals("{}") ? Map.of() : Json.read(json, Map.class);
    }
}
