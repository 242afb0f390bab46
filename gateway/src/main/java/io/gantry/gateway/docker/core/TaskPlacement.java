package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.view.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Placement} but for its preferences ({@link TaskSpread}): the first constraint that names a node is the spec's {@code nodeName}, the others are constraints of its own, in our words. Docker's
 * managers are the node that joined first, as of when it is asked. Labels of engines and of nodes are one: what a node's agent was given.
 *
 * @param nodeName {@code null} for any
 */
record TaskPlacement(String nodeName, List<NodeConstraint> constraints) {
    private static final Pattern FORM = Pattern.compile("\\s*([a-zA-Z0-9._/-]+)\\s*(==|!=)\\s*(\\S.*?)\\s*");
    private static final String ENGINE_LABELS = "engine.labels.";
    private static final String HOSTNAME = "node.hostname";
    private static final String ARCHITECTURE = "node.platform.arch";

    /** One of Docker's. */
    private record Constraint(String key, boolean equal, String value) {
        static Constraint parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = '" + text + "' is no constraint: they are key==value or key!=value");
            }
            return new Constraint(form.group(1), form.group(2).equals("=="), form.group(3));
        }

        /** Empty for what every node is. */
        Optional<NodeConstraint> ours(Cluster cluster, DockerRefusal unsupported) {
            return switch (key) {
                case HOSTNAME -> of(NodeConstraint.NAME, value);
                case "node.id" -> of(NodeConstraint.ID, node(cluster).map(node -> node.id().value()).orElse(value));
                case "node.role" -> role(cluster, unsupported);
                case ARCHITECTURE -> of(NodeConstraint.ARCHITECTURE, value);
                case "node.platform.os" -> {
                    if (equal != value.equalsIgnoreCase("linux")) {
                        throw unsupported;
                    }
                    yield Optional.empty();
                }
                default -> {
                    String label = ourLabel(key);
                    if (!label.startsWith(NodeConstraint.LABELS)) {
                        throw unsupported;
                    }
                    yield of(label, value);
                }
            };
        }

        /** The node itself, if it is one that must be it. */
        Optional<String> named(Cluster cluster) {
            if (!equal) {
                return Optional.empty();
            }
            return switch (key) {
                case HOSTNAME -> Optional.of(value);
                case "node.id" -> node(cluster).map(NodeView::name);
                case "node.role" -> value.equals("manager") ? Cluster.first(cluster.nodes()).map(NodeView::name) : Optional.empty();
                default -> Optional.empty();
            };
        }

        private Optional<NodeView> node(Cluster cluster) {
            return cluster.nodes().stream().filter(node -> Set.of(SwarmIds.of(node.id()), node.id().value()).contains(value)).findFirst();
        }

        private Optional<NodeConstraint> role(Cluster cluster, DockerRefusal unsupported) {
            if (!Set.of("manager", "worker").contains(value)) {
                throw unsupported;
            }
            boolean manager = equal == value.equals("manager");
            return Cluster.first(cluster.nodes()).map(first -> new NodeConstraint(NodeConstraint.NAME, manager, first.name()));
        }

        private Optional<NodeConstraint> of(String ours, String is) {
            return Optional.of(new NodeConstraint(ours, equal, is));
        }
    }

    /** Labels of engines are labels of nodes; anything else stays what it is. */
    static String ourLabel(String key) {
        return key.startsWith(ENGINE_LABELS) ? NodeConstraint.LABELS + key.substring(ENGINE_LABELS.length()) : key;
    }

    /** The template with it. */
    ContainerSpec onto(ContainerSpec template) {
        return template.but().nodeName(nodeName).constraints(constraints).build();
    }

    static TaskPlacement read(Fields placement, Cluster cluster) {
        // what the image is for, which is known here
        placement.harmless("Platforms");
        List<String> given = placement.texts("Constraints");
        String nodeName = null;
        List<NodeConstraint> constraints = new ArrayList<>();
        for (String text : given == null ? List.<String>of() : given) {
            Constraint constraint = Constraint.parse(text);
            Optional<String> named = constraint.named(cluster);
            if (named.isPresent() && nodeName == null) {
                nodeName = named.get();
            } else {
                constraint.ours(cluster, placement.unsupported("Constraints", text)).ifPresent(constraints::add);
            }
        }
        return new TaskPlacement(nodeName, constraints);
    }

    static void show(ContainerSpec spec, ObjectNode task) {
        ArrayNode constraints = task.arrayNode();
        if (spec.nodeName() != null) {
            constraints.add(HOSTNAME + "==" + spec.nodeName());
        }
        spec.constraints().forEach(one -> constraints.add(word(one.key()) + (one.equal() ? "==" : "!=") + one.value()));
        ObjectNode placement = task.putObject("Placement");
        if (!constraints.isEmpty()) {
            placement.set("Constraints", constraints);
        }
    }

    private static String word(String key) {
        return switch (key) {
            case NodeConstraint.NAME -> HOSTNAME;
            case NodeConstraint.ARCHITECTURE -> ARCHITECTURE;
            default -> key;
        };
    }
}
