package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.view.NodeView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code Placement}: the one node that constraints name, or any. A platform that every node has says nothing; all other constraints are refused. */
final class TaskPlacement {
    private static final Pattern FORM = Pattern.compile("\\s*([a-zA-Z0-9._-]+)\\s*(==|!=)\\s*(.*?)\\s*");

    /** One of them. */
    private record Constraint(String key, boolean equal, String value) {
        static Constraint parse(String text) {
            var form = FORM.matcher(text);
            if (!form.matches()) {
                throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = '" + text + "' is no constraint: they are key==value or key!=value");
            }
            return new Constraint(form.group(1), form.group(2).equals("=="), form.group(3));
        }
    }

    private TaskPlacement() {}

    /** @return the node's name; {@code null} for any */
    static String node(Fields placement, Cluster cluster) {
        // what the image is for, which is known here
        placement.harmless("Platforms");
        List<String> constraints = placement.texts("Constraints");
        String node = null;
        for (String text : constraints == null ? List.<String>of() : constraints) {
            Constraint constraint = Constraint.parse(text);
            if (constraint.key().startsWith("node.platform.") && cluster.nodes().stream().allMatch(one -> hasPlatform(one, constraint))) {
                continue;
            }
            String named = named(constraint, cluster).orElseThrow(() -> placement.unsupported("Constraints", text));
            if (node != null && !node.equals(named)) {
                throw placement.unsupported("Constraints", String.join(", ", constraints));
            }
            node = named;
        }
        return node;
    }

    private static boolean hasPlatform(NodeView node, Constraint constraint) {
        return switch (constraint.key()) {
            case "node.platform.os" -> constraint.equal() == constraint.value().equalsIgnoreCase("linux");
            case "node.platform.arch" -> constraint.equal() == usual(constraint.value()).equals(usual(node.architecture()));
            default -> false;
        };
    }

    private static String usual(String architecture) {
        return switch (architecture) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> architecture;
        };
    }

    private static Optional<String> named(Constraint constraint, Cluster cluster) {
        if (!constraint.equal()) {
            return Optional.empty();
        }
        return switch (constraint.key()) {
            case "node.hostname" -> Optional.of(constraint.value());
            case "node.id" -> cluster.nodes().stream()
                    .filter(node -> Set.of(SwarmIds.of(node.id()), node.id().value()).contains(constraint.value()))
                    .map(NodeView::name)
                    .findFirst();
            case "node.role" -> constraint.value().equals("manager") ? Cluster.first(cluster.nodes()).map(NodeView::name) : Optional.empty();
            default -> Optional.empty();
        };
    }

    static void show(String nodeName, ObjectNode task) {
        ObjectNode placement = task.putObject("Placement");
        if (nodeName != null) {
            placement.putArray("Constraints").add("node.hostname==" + nodeName);
        }
    }
}
