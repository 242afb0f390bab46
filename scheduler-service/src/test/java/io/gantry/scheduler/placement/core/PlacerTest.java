package io.gantry.scheduler.placement.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.PlacementDecision.NoNode;
import io.gantry.scheduler.placement.core.PlacementDecision.Placement;
import io.gantry.scheduler.placement.core.PlacementDecision.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private static final Random RANDOM = new Random(7);
    private static final DeploymentId WEB = new DeploymentId(Ids.of("deployment", Instant.EPOCH, RANDOM));

    @Test
    void choosesTheNodeWithTheLeastRequested() {
        var decision = place(request(0, 512), node("a").requested(0, 2048), node("b").requested(0, 1024), node("c").requested(0, 3072));
        assertThat(decision).isInstanceOfSatisfying(Placement.class, placement -> assertThat(placement.node().name()).isEqualTo("b"));
        assertThat(decision.reasons())
                .containsEntry("a", "possible, but another was better: 63 % of its memory would be requested")
                .containsEntry("b", "chosen: 38 % of its memory would be requested")
                .containsEntry("c", "possible, but another was better: 88 % of its memory would be requested");
    }

    @Test
    void oneCoreOfEachNodeIsNobodysAlone() {
        var spec = ContainerSpec.of(ImageRef.parse("web"), "x").but().resources(Resources.limits().memory(Bytes.mebi(64)).exclusiveCores(2).build()).build();
        var request = PlacementRequest.of(spec, null, new Owner.Person());
        assertThat(place(request, node("a").requested(1500, 0), node("b").size(2000, 4096), node("c").requested(1000, 0).ownCores(1), node("d").requested(2000, 0).ownCores(2), node("e").requested(2500, 0)).reasons())
                .containsEntry("a", "possible, but another was better: 2 % of its memory and 88 % of its cpu would be requested")
                .containsEntry("b", "not enough cores to itself: 2 requested, 1 of 2 left; others have 0 to themselves, and one stays with the rest")
                .containsEntry("c", "chosen: 2 % of its memory and 75 % of its cpu would be requested")
                .containsEntry("d", "not enough cores to itself: 2 requested, 1 of 4 left; others have 2 to themselves, and one stays with the rest")
                .containsEntry("e", "not enough cpu: 2 requested, 1.5 of 4 cores free");
    }

    @Test
    void spreadsReplicasEvenWhenAnotherNodeIsEmptier() {
        var request = new PlacementRequest(new MilliCpu(500), Bytes.mebi(256), NodeNeeds.NONE, WEB);
        var decision = place(request, node("a").alike(1), node("b").requested(2000, 3000).alike(0));
        assertThat(decision.reasons())
                .containsEntry("a", "possible, but another was better: holds 1 replica of this deployment; 6 % of its memory and 13 % of its cpu would be requested")
                .containsEntry("b", "chosen: holds no replica of this deployment; 79 % of its memory and 63 % of its cpu would be requested");
    }

    @Test
    void saysWhyEachNodeIsOut() {
        var request = new PlacementRequest(new MilliCpu(1500), Bytes.mebi(512), imageFor("arm64"), null);
        var decision = place(
                request,
                node("suspect").health(Health.SUSPECT).requested(0, 4096),
                node("lost").health(Health.LOST).requested(0, 4096),
                node("drained").drained(),
                node("intel").architecture("x86_64"),
                node("full").requested(0, 3840),
                node("busy").requested(3000, 0));
        assertThat(decision).isEqualTo(new NoNode(Map.of(
                "suspect", "not enough memory: 512 MiB requested, 0 B of 4 GiB free",
                "lost", "lost: no heartbeats arrive from it",
                "drained", "drained: it takes nothing new until it is resumed",
                "intel", "its architecture is x86_64, the image is made for arm64",
                "full", "not enough memory: 512 MiB requested, 256 MiB of 4 GiB free",
                "busy", "not enough cpu: 1.5 requested, 1 of 4 cores free")));
    }

    @Test
    void goesWhereItsVolumesAre() {
        NodeCapacity there = node("there").requested(0, 3000).build();
        var request = request(0, 512).with(Map.of("data", there.id()));
        var decision = Placer.place(new ClusterSnapshot(List.of(node("empty").build(), there)), request);
        assertThat(decision).isInstanceOfSatisfying(Placement.class, placement -> assertThat(placement.node().name()).isEqualTo("there"));
        assertThat(decision.reasons()).containsEntry("empty", "volume 'data' is on another node");
    }

    @Test
    void twoVolumesOnTwoNodesCanNotBeHadTogether() {
        NodeCapacity one = node("one").build();
        NodeCapacity two = node("two").build();
        var request = request(0, 512).with(Map.of("a", one.id(), "b", two.id()));
        assertThat(Placer.place(new ClusterSnapshot(List.of(one, two)), request))
                .isEqualTo(new NoNode(Map.of("one", "volume 'b' is on another node", "two", "volume 'a' is on another node")));
    }

    @Test
    void waitsForASuspectNodeThatAloneCouldTakeIt() {
        var decision = place(request(0, 512), node("full").requested(0, 4096), node("away").health(Health.SUSPECT));
        assertThat(decision).isEqualTo(new Wait(List.of("away"), Map.of(
                "full", "not enough memory: 512 MiB requested, 0 B of 4 GiB free",
                "away", "suspect: its heartbeats stopped a moment ago")));
    }

    @Test
    void waitsForNobodyWhereAReadyNodeCanTakeIt() {
        assertThat(place(request(0, 512), node("busy").requested(0, 3000), node("away").health(Health.SUSPECT)))
                .isInstanceOfSatisfying(Placement.class, placement -> assertThat(placement.node().name()).isEqualTo("busy"));
    }

    @Test
    void waitsForNoSuspectNodeThatCouldNotTakeItAnyway() {
        assertThat(place(request(0, 512), node("a").health(Health.SUSPECT).requested(0, 4000))).isInstanceOf(NoNode.class);
        assertThat(place(request(0, 512), node("a").health(Health.SUSPECT).drained())).isInstanceOf(NoNode.class);
        assertThat(place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), named("b"), null), node("a").health(Health.SUSPECT)))
                .isInstanceOf(NoNode.class);
    }

    @Test
    void waitsForNoLostNode() {
        assertThat(place(request(0, 512), node("a").health(Health.LOST))).isInstanceOf(NoNode.class);
    }

    @Test
    void keepsToTheNodeThatTheSpecNames() {
        var decision = place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), named("b"), null), node("a"), node("b").requested(0, 2048));
        assertThat(decision).isInstanceOf(Placement.class);
        assertThat(decision.reasons())
                .containsEntry("a", "not the node that the spec names, b")
                .containsEntry("b", "chosen: 52 % of its memory would be requested");
    }

    @Test
    void keepsToTheNodeOfTheContainerWhoseNamespacesItShares() {
        Builder there = node("b").requested(0, 2048);
        var decision = place(request(0, 64).with(new PlacementRequest.Beside("c0ffee", there.id)), node("a"), there);
        assertThat(decision).isInstanceOf(Placement.class);
        assertThat(decision.reasons())
                .containsEntry("a", "container c0ffee, whose namespaces it shares, is on another node")
                .containsEntry("b", "chosen: 52 % of its memory would be requested");
        var nowhere = place(request(0, 64).with(new PlacementRequest.Beside("c0ffee", null)), node("a"));
        assertThat(nowhere).isEqualTo(new NoNode(Map.of("a", "container c0ffee, whose namespaces it shares, has no node")));
    }

    @Test
    void goesOnlyWhereTheRuntimeClassIsOffered() {
        Builder there = node("b").runtimes("namespaces", "machines").requested(0, 2048);
        var decision = place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), new NodeNeeds(null, List.of(), null, "machines"), null), node("a"), there);
        assertThat(decision).isInstanceOf(Placement.class);
        assertThat(decision.reasons())
                .containsEntry("a", "it doesn't offer the runtime class 'machines', but namespaces")
                .containsEntry("b", "chosen: 52 % of its memory would be requested");
        assertThat(place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), new NodeNeeds(null, List.of(), null, "kata"), null), node("a"), there)).isEqualTo(new NoNode(Map.of(
                "a", "it doesn't offer the runtime class 'kata', but namespaces",
                "b", "it doesn't offer the runtime class 'kata', but namespaces, machines")));
    }

    @Test
    void saysThatTheNamedNodeDoesNotExist() {
        var decision = place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), named("z"), null), node("a"));
        assertThat(decision.reasons()).containsEntry("z", "no node has this name");
        assertThat(decision).isInstanceOf(NoNode.class);
    }

    @Test
    void findsNoNodeWhereThereAreNone() {
        assertThat(place(request(0, 64))).isEqualTo(new NoNode(Map.of()));
    }

    @Test
    void amd64IsWhatKernelsCallX8664() {
        assertThat(place(new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), imageFor("amd64"), null), node("a").architecture("x86_64")))
                .isInstanceOf(Placement.class);
    }

    @Test
    void onlyANodeThatMeetsAllConstraintsTakesIt() {
        var needs = NodeNeeds.NONE.within(List.of(NodeConstraint.parse("node.labels.disk==SSD"), NodeConstraint.parse("node.name != c")));
        var decision = place(
                new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), needs, null),
                node("a"), node("b").labels(Map.of("disk", "tape")), node("c").labels(Map.of("disk", "ssd")), node("d").labels(Map.of("disk", "ssd")).requested(0, 3000));
        assertThat(decision.reasons())
                .containsEntry("a", "it doesn't meet node.labels.disk==SSD")
                .containsEntry("b", "it doesn't meet node.labels.disk==SSD")
                .containsEntry("c", "it doesn't meet node.name!=c")
                .containsEntry("d", "chosen: 75 % of its memory would be requested");
    }

    /** Property: whatever is placed in whatever order, nothing is overcommitted, every node is explained, and spread is even. */
    @Test
    void neverOvercommitsAndAlwaysExplains() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Builder> nodes = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                nodes.add(node("n" + i).size(1000 * (1 + random.nextInt(8)), 256 * (1 + random.nextInt(16))));
            }
            for (int i = 0; i < 40; i++) {
                PlacementRequest request = new PlacementRequest(
                        new MilliCpu(random.nextInt(1500)), Bytes.mebi(4 + random.nextInt(700)), NodeNeeds.NONE, random.nextBoolean() ? WEB : null);
                var decision = place(request, nodes.toArray(Builder[]::new));
                assertThat(decision.reasons()).as("seed %d", seed).hasSize(count).allSatisfy((_, reason) -> assertThat(reason).isNotBlank());
                if (decision instanceof Placement(var node, var reasons)) {
                    Builder builder = nodes.stream().filter(each -> each.name.equals(node.name())).findFirst().orElseThrow();
                    builder.take(request);
                    assertThat(builder.requestedCpu).as("seed %d", seed).isLessThanOrEqualTo(builder.cpu);
                    assertThat(builder.requestedMemory).as("seed %d", seed).isLessThanOrEqualTo(builder.memory);
                    assertThat(reasons.get(node.name())).startsWith("chosen: ");
                }
            }
        }
    }

    private static PlacementRequest request(long cpu, long mebi) {
        return new PlacementRequest(new MilliCpu(cpu), Bytes.mebi(mebi), NodeNeeds.NONE, null);
    }

    private static NodeNeeds named(String node) {
        return new NodeNeeds(node, List.of(), null, ContainerSpec.DEFAULT_RUNTIME);
    }

    private static NodeNeeds imageFor(String architecture) {
        return new NodeNeeds(null, List.of(), architecture, ContainerSpec.DEFAULT_RUNTIME);
    }

    private static PlacementDecision place(PlacementRequest request, Builder... nodes) {
        return Placer.place(new ClusterSnapshot(List.of(nodes).stream().map(Builder::build).toList()), request);
    }

    private static Builder node(String name) {
        return new Builder(name);
    }

    private static final class Builder {
        private final NodeId id = new NodeId(Ids.of("node", Instant.EPOCH, RANDOM));
        private final String name;
        private Health health = Health.READY;
        private boolean drained;
        private String architecture = "arm64";
        private List<String> runtimes = List.of("namespaces");
        private Map<String, String> labels = Map.of();
        private long cpu = 4000;
        private long memory = Bytes.mebi(4096).value();
        private long requestedCpu;
        private long requestedMemory;
        private int ownCores;
        private int alike;

        Builder(String name) {
            this.name = name;
        }

        Builder health(Health value) {
            health = value;
            return this;
        }

        Builder drained() {
            drained = true;
            return this;
        }

        Builder architecture(String value) {
            architecture = value;
            return this;
        }

        Builder runtimes(String... offered) {
            runtimes = List.of(offered);
            return this;
        }

        Builder labels(Map<String, String> given) {
            labels = given;
            return this;
        }

        Builder size(long milli, long mebi) {
            cpu = milli;
            memory = Bytes.mebi(mebi).value();
            return this;
        }

        Builder requested(long milli, long mebi) {
            requestedCpu = milli;
            requestedMemory = Bytes.mebi(mebi).value();
            return this;
        }

        Builder ownCores(int value) {
            ownCores = value;
            return this;
        }

        Builder alike(int value) {
            alike = value;
            return this;
        }

        void take(PlacementRequest request) {
            requestedCpu += request.cpu().value();
            requestedMemory += request.memory().value();
            alike += request.deployment() == null ? 0 : 1;
        }

        NodeCapacity build() {
            return new NodeCapacity(
                    new NodeTraits(id, name, architecture, runtimes, labels), health, drained, 1, new MilliCpu(cpu), new Bytes(memory), new MilliCpu(requestedCpu),
                    new Bytes(requestedMemory), ownCores, alike, alike, 0);
        }
    }
}
