package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.SpreadKey;
import java.util.List;

/** {@code Placement.Preferences} of a service, both ways: what its deployment's replicas are spread over. Labels of engines and of nodes are one. */
final class TaskSpread {
    private TaskSpread() {}

    static List<SpreadKey> read(Fields placement, DeploymentSpec.Mode mode) {
        List<SpreadKey> keys = placement.list("Preferences").stream().map(TaskSpread::key).toList();
        if (mode.isOnEachNode() && !keys.isEmpty()) {
            throw DockerRefusal.notSupported("TaskTemplate.Placement.Preferences of a global service", "it is on each node, so that nothing is left to be spread");
        }
        return keys;
    }

    private static SpreadKey key(Fields preference) {
        String said = preference.in("Spread").text("SpreadDescriptor");
        if (said.isEmpty()) {
            throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = a placement preference says no label: write spread=node.labels.LABEL");
        }
        try {
            return SpreadKey.parse(TaskPlacement.ourLabel(said));
        } catch (BadField e) {
            throw preference.in("Spread").unsupported("SpreadDescriptor", said);
        }
    }

    static void show(DeploymentSpec spec, ObjectNode task) {
        if (!spec.spread().isEmpty()) {
            ArrayNode preferences = task.withObject("/Placement").putArray("Preferences");
            spec.spread().forEach(key -> preferences.addObject().putObject("Spread").put("SpreadDescriptor", key.toString()));
        }
    }
}
