package io.gantry.scheduler.prefetch.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.PrefetchId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.PrefetchView.OnNode;
import io.gantry.contracts.view.PrefetchView.State;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which nodes are meant, and how far each is. */
class PrefetchWishTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PrefetchId ID = new PrefetchId(Ids.of("prefetch", NOW, new Random(1)));
    private static final Digest MANIFEST = Digest.ofHex("ab".repeat(32));

    /** @param wanted {@code *} for all */
    @ParameterizedTest
    @CsvSource({
        "*, n1 n4",
        "n4 n1, n4 n1",
        "n1 n1, n1",
        "n2, n2",
        "n5, 'CONFLICT nodes[0] the node n5 isn''t heard, so that it can''t fetch anything'",
        "n1 n6, 'NOT_FOUND nodes[1] no node is called ''n6'''",
    })
    void areChosenByNameOrAll(String wanted, String expected) {
        List<Node> all = List.of(node("n1", Health.READY, false), node("n2", Health.READY, true), node("n3", Health.LOST, false), node("n4", Health.SUSPECT, false), node("n4", Health.READY, false), node("n5", Health.LOST, false));
        String chosen = switch (PrefetchNodes.of(wanted.equals("*") ? null : Arrays.asList(wanted.split(" ")), all)) {
            case PrefetchNodes.Chosen(var ids) -> String.join(" ", ids.stream().map(id -> all.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow().name()).toList());
            case PrefetchNodes.No(var refusal) -> refusal.type() + " " + refusal.field() + " " + refusal.detail();
        };
        assertThat(chosen).isEqualTo(expected);
    }

    @Test
    void noneIsThereToBeMeant() {
        assertThat(PrefetchNodes.of(null, List.of(node("n1", Health.LOST, false)))).isInstanceOfSatisfying(PrefetchNodes.No.class, no -> assertThat(no.refusal().type()).isEqualTo(ProblemType.CONFLICT));
    }

    @ParameterizedTest
    @CsvSource({"COMING, false, , FETCHING", "HERE, false, , FETCHED", "HERE, true, , PRESENT", "NO_ROOM, false, full, NO_ROOM", "FAILED, false, no such blob, FAILED"})
    void aNodeIsAsFarAsItSays(Prefetched.State said, boolean present, String why, State expected) {
        Node node = node("n1", Health.READY, false, new Prefetched(ID.value(), MANIFEST, said, why, present), new Prefetched("another", MANIFEST, Prefetched.State.FAILED, "another"));
        assertThat(wish(node.id()).view(List.of(node)).nodes()).containsExactly(new OnNode(node.id(), "n1", expected, why));
    }

    @Test
    void aNodeThatSaysNothingWaitsOrIsAway() {
        Node silent = node("silent", Health.READY, false);
        Node lost = node("lost", Health.LOST, false, new Prefetched(ID.value(), MANIFEST, Prefetched.State.HERE, null));
        NodeId gone = node("gone", Health.LOST, false).id();
        assertThat(wish(silent.id(), lost.id(), gone).view(List.of(silent, lost)).nodes()).containsExactly(
                new OnNode(lost.id(), "lost", State.AWAY, "the node isn't heard"), new OnNode(gone, gone.value(), State.AWAY, "the node is gone"), new OnNode(silent.id(), "silent", State.WAITING, null));
    }

    private static PrefetchWish wish(NodeId... nodes) {
        ResolvedImage image = new ResolvedImage(ImageRef.parse("a:1"), MANIFEST, MANIFEST, ImageConfig.EMPTY, List.of(), "amd64", Bytes.ZERO, NOW);
        return new PrefetchWish(ID, "a:1", image, List.of(nodes), NOW, NOW.plusSeconds(1));
    }

    private static Node node(String name, Health health, boolean drained, Prefetched... said) {
        NodeId id = new NodeId(Ids.of("node", NOW, new Random((name + health).hashCode())));
        Observed.Node facts = new Observed.Node(
                id, name, Ipv4.parse("10.0.0.1"), 7071, new MilliCpu(4000), Bytes.mebi(4096), "x86_64", "6.18", "0.1.0", "boot", Map.of(), List.of(),
                List.of(ContainerSpec.DEFAULT_RUNTIME), List.of(said), NOW);
        return new Node(id, health, drained, 1, facts, NOW, NOW);
    }
}
