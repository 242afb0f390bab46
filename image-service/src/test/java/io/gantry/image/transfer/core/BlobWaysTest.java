package io.gantry.image.transfer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.transfer.core.BlobWays.Ask;
import io.gantry.image.transfer.core.BlobWays.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlobWaysTest {
    private static final Digest BLOB = Digest.ofHex("ab".repeat(32));
    private final BlobWays ways = new BlobWays();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void whoWantsABlobAloneGetsItFromTheRegistryAndKeepsNothing() {
        assertThat(ask(1)).isEqualTo(new Way.Registry(false));
        now = now.plus(BlobWays.LATELY).plusMillis(1);
        assertThat(ask(2)).as("nobody else wants it any more").isEqualTo(new Way.Registry(false));
    }

    @Test
    void fiftyNodesTakeItTwiceFromTheRegistryAndAreATreeOfFourLevels() {
        assertThat(ask(1)).isEqualTo(new Way.Registry(false));
        assertThat(ask(2)).isEqualTo(new Way.Registry(true));
        Map<NodeId, Integer> depth = new HashMap<>(Map.of(node(2), 0));
        Map<NodeId, Integer> followers = new HashMap<>();
        for (int i = 3; i <= 50; i++) {
            NodeId from = ((Way.Node) ask(i)).node();
            depth.put(node(i), depth.get(from) + 1);
            followers.merge(from, 1, Integer::sum);
        }
        assertThat(followers.values()).allMatch(count -> count <= 3);
        assertThat(depth.values()).allMatch(level -> level <= 4);
    }

    @Test
    void whoSaysThatANodeFailedGetsItFromTheRegistryAndThatNodeIsSentNobodyForAWhile() {
        ask(1);
        ask(2);
        assertThat(ask(3)).isEqualTo(new Way.Node(node(2)));
        assertThat(ask(3, 2)).isEqualTo(new Way.Registry(true));
        assertThat(ask(4)).isEqualTo(new Way.Node(node(3)));
        now = now.plus(BlobWays.AVOIDED).plusMillis(1);
        ask(1);
        ask(2);
        assertThat(ask(5)).isEqualTo(new Way.Node(node(2)));
    }

    @Test
    void nobodyIsSentToOneWhoGetsItFromThem() {
        ask(1);
        ask(2);
        assertThat(ask(3)).isEqualTo(new Way.Node(node(2)));
        assertThat(ask(2)).as("begins anew, with one that follows it").isEqualTo(new Way.Registry(true));
        assertThat(ask(3)).isEqualTo(new Way.Node(node(2)));
        assertThat(ask(4)).isEqualTo(new Way.Node(node(2)));
        assertThat(ask(4)).as("never to itself").isEqualTo(new Way.Node(node(2)));
    }

    @Test
    void anAgentThatTakesBlobsOfNobodyElseIsSentToNobodyAndPassesNothingOn() {
        for (int i = 1; i <= 5; i++) {
            assertThat(ways.ask(new Ask(BLOB, node(i), false, List.of()), now)).isEqualTo(new Way.Registry(false));
        }
        assertThat(ask(6)).as("there is nobody to send it to").isEqualTo(new Way.Registry(true));
    }

    @Test
    void otherBlobsAreOthers() {
        ask(1);
        ask(2);
        Digest other = Digest.ofHex("cd".repeat(32));
        assertThat(ways.ask(new Ask(other, node(3), true, List.of()), now)).isEqualTo(new Way.Registry(false));
    }

    private Way ask(int node, int... failed) {
        now = now.plus(Duration.ofMillis(10));
        return ways.ask(new Ask(BLOB, node(node), true, java.util.Arrays.stream(failed).mapToObj(BlobWaysTest::node).toList()), now);
    }

    private static NodeId node(int number) {
        return new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-%012x".formatted(number));
    }
}
