package io.gantry.scheduler.placement.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.SpreadKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.PlacementDecision.Placement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The placer among nodes that are written {@code name:zone/rack:replicas:free}; {@code -} is a node without that label, {@code free} what it has room for, and {@code !} comes before one that is drained. */
class SpreadTest {
    private static final DeploymentId WEB = new DeploymentId(Ids.of("deployment", Instant.EPOCH, new Random(7)));
    private static final long EACH = 64;
    private static final PlacementRequest REPLICA = new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(EACH), NodeNeeds.NONE, WEB);
    private static final SpreadKey ZONE = new SpreadKey("zone");
    private static final SpreadKey RACK = new SpreadKey("rack");

    @ParameterizedTest(name = "{0}: {1} over {2}")
    @CsvSource(delimiter = '|', value = {
        "the group with the fewest           | a1:a/-:1:5 a2:a/-:0:5 b1:b/-:0:5             | zone      | 3  | b1 a2 b1",
        "however few there are on its nodes  | a1:a/-:0:9 b1:b/-:0:9 b2:b/-:0:9 b3:b/-:0:9  | zone      | 6  | a1 b1 b2 a1 b3 a1",
        "no wish, as ever                    | a1:a/-:0:9 b1:b/-:0:9 b2:b/-:0:9             |           | 3  | a1 b1 b2",
        "those without are one group         | a1:a/-:0:9 x:-/-:0:9 y:-/-:0:9               | zone      | 4  | a1 x y a1",
        "nobody has the label                | a:-/-:0:9 b:-/-:0:9                          | zone      | 4  | a b a b",
        "a full group is left out            | a1:a/-:0:1 b1:b/-:0:9                        | zone      | 4  | b1 a1 b1 b1",
        "a drained node's replicas count     | a1:a/-:0:9 !a2:a/-:2:9 b1:b/-:0:9            | zone      | 4  | b1 b1 a1 b1",
        "one group within the other          | a1:a/1:0:9 a2:a/2:0:9 b1:b/1:0:9             | zone rack | 4  | a1 b1 a2 b1",
        "the outer group first               | a1:a/1:1:9 a2:a/2:0:9 b1:b/1:0:9             | zone rack | 1  | b1",
        "a rack's name is its zone's         | a1:a/1:2:9 a2:a/2:0:9 b1:b/1:2:9 b2:b/2:1:9  | zone rack | 2  | a2 b2",
        "racks alone                         | a1:a/1:2:9 a2:a/2:1:9 b1:b/1:2:9 b2:b/2:1:9  | rack      | 2  | a2 b2",
        "there is no room at all             | a1:a/1:0:0 b1:b/1:0:0                        | zone      | 1  | nowhere"
    })
    void goesWhereTheFewestAre(String what, String nodes, String labels, int replicas, String chosen) {
        List<SpreadKey> keys = labels == null ? List.of() : Arrays.stream(labels.split(" ")).map(SpreadKey::new).toList();
        Scene scene = new Scene(keys, Arrays.stream(nodes.split(" ")).map(Node::new).toList());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            names.add(scene.place());
        }
        assertThat(String.join(" ", names)).isEqualTo(chosen);
    }

    @Test
    void theReasonsSayHowManyAreInEachGroup() {
        Scene scene = new Scene(List.of(ZONE, RACK), List.of(new Node("a1:a/1:1:5"), new Node("a2:a/2:1:5"), new Node("b1:b/-:1:5"), new Node("x:-/-:3:5")));
        assertThat(scene.decide().reasons())
                .containsEntry("a1", "possible, but another was better: 2 replicas like it in node.labels.zone=a, 1 replica like it in node.labels.rack=1; "
                        + "holds 1 replica of this deployment; 33 % of its memory would be requested")
                .containsEntry("b1", "chosen: 1 replica like it in node.labels.zone=b, 1 replica like it where there is no node.labels.rack; holds 1 replica of this deployment; 33 % of its memory would be requested")
                .hasEntrySatisfying("x", reason -> assertThat(reason).contains("3 replicas like it where there is no node.labels.zone"));
    }

    /** Those of an earlier revision go: that many are in one zone says nothing of where the new ones shall be. */
    @Test
    void whatIsOnItsWayOutLeavesRoom() {
        Node going = new Node("a1:a/-:4:9");
        going.staying = 0;
        Scene scene = new Scene(List.of(ZONE), List.of(going, new Node("b1:b/-:1:9")));
        assertThat(scene.place()).isEqualTo("a1");
    }

    /** Property: a replica goes to a group that has the fewest of those with room, at each level; with room everywhere groups differ by one at most. */
    @Test
    void groupsDifferByOneAtMostWhereThereIsRoom() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            boolean ample = random.nextBoolean();
            List<Node> nodes = new ArrayList<>();
            int count = 1 + random.nextInt(9);
            for (int i = 0; i < count; i++) {
                String zone = List.of("-", "a", "b", "c").get(random.nextInt(4));
                nodes.add(new Node("n" + i + ":" + zone + "/" + List.of("-", "1", "2").get(random.nextInt(3)) + ":0:" + (ample ? 99 : random.nextInt(6))));
            }
            Scene scene = new Scene(random.nextBoolean() ? List.of(ZONE) : List.of(ZONE, RACK), nodes);
            for (int i = 0; i < 30; i++) {
                Map<String, Node> before = nodes.stream().collect(Collectors.toMap(node -> node.name, Node::copy, (a, b) -> a, LinkedHashMap::new));
                String chosen = scene.place();
                if (!chosen.equals("nowhere")) {
                    isAmongTheFewest(seed, before.values(), before.get(chosen), scene.keys);
                }
            }
            if (ample) {
                differByOneAtMost(seed, nodes, scene.keys);
            }
        }
    }

    private static void isAmongTheFewest(int seed, Iterable<Node> nodes, Node chosen, List<SpreadKey> keys) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Boolean> room = new HashMap<>();
        for (int depth = 1; depth <= keys.size(); depth++) {
            String around = chosen.path(keys, depth - 1);
            for (Node node : nodes) {
                if (node.path(keys, depth - 1).equals(around)) {
                    counts.merge(node.path(keys, depth), node.staying, Integer::sum);
                    room.merge(node.path(keys, depth), node.free > 0, Boolean::logicalOr);
                }
            }
            int least = counts.entrySet().stream().filter(group -> room.get(group.getKey())).mapToInt(Map.Entry::getValue).min().orElseThrow();
            assertThat(counts.get(chosen.path(keys, depth))).as("seed %d, %s among %s", seed, chosen.name, counts).isEqualTo(least);
            counts.clear();
            room.clear();
        }
    }

    private static void differByOneAtMost(int seed, List<Node> nodes, List<SpreadKey> keys) {
        for (int depth = 1; depth <= keys.size(); depth++) {
            int level = depth;
            nodes.stream().collect(Collectors.groupingBy(node -> node.path(keys, level - 1), Collectors.groupingBy(node -> node.path(keys, level), Collectors.summingInt(node -> node.staying))))
                    .forEach((around, groups) -> assertThat(groups.values().stream().max(Integer::compare).orElseThrow() - groups.values().stream().min(Integer::compare).orElseThrow())
                            .as("seed %d, in %s: %s", seed, around, groups).isLessThanOrEqualTo(1));
        }
    }

    private record Scene(List<SpreadKey> keys, List<Node> nodes) {
        PlacementDecision decide() {
            return Placer.place(new ClusterSnapshot(nodes.stream().map(Node::capacity).toList(), keys), REPLICA);
        }

        /** @return the node's name, or {@code nowhere} */
        String place() {
            if (!(decide() instanceof Placement(var node, _))) {
                return "nowhere";
            }
            nodes.stream().filter(each -> each.name.equals(node.name())).forEach(Node::take);
            return node.name();
        }
    }

    private static final class Node {
        private final String text;
        private final String name;
        private final boolean drained;
        private final Map<String, String> labels = new HashMap<>();
        private int replicas;
        private int staying;
        private int free;

        Node(String text) {
            this.text = text;
            String[] words = text.split("[:/]");
            drained = words[0].startsWith("!");
            name = words[0].substring(drained ? 1 : 0);
            label("zone", words[1]);
            label("rack", words[2]);
            replicas = Integer.parseInt(words[3]);
            staying = replicas;
            free = Integer.parseInt(words[4]);
        }

        private void label(String label, String value) {
            if (!value.equals("-")) {
                labels.put(label, value);
            }
        }

        Node copy() {
            Node copy = new Node(text);
            copy.replicas = replicas;
            copy.staying = staying;
            copy.free = free;
            return copy;
        }

        void take() {
            replicas++;
            staying++;
            free--;
        }

        String path(List<SpreadKey> keys, int depth) {
            return keys.subList(0, depth).stream().map(key -> key.valueOf(labels)).collect(Collectors.joining("/"));
        }

        NodeCapacity capacity() {
            Bytes requested = Bytes.mebi(EACH * replicas);
            return new NodeCapacity(
                    new NodeTraits(new NodeId(Ids.of("node", Instant.EPOCH, new Random(name.hashCode()))), name, "amd64", null, labels), Health.READY, drained, 1, new MilliCpu(4000),
                    Bytes.mebi(EACH * (replicas + free)), MilliCpu.ZERO, requested, 0, replicas, replicas, staying);
        }
    }
}
