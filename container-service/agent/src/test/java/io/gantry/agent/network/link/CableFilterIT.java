package io.gantry.agent.network.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.network.plan.FrameRules;
import io.gantry.agent.network.plan.Sender;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.nftables.Nftables;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may send, in the kernel's own words, whoever else changes tables there. */
class CableFilterIT {
    private static final String TABLE = "bridge t";
    private final String name = "cf" + Long.toHexString(System.nanoTime());
    private Nftables nftables;
    private Nftables somebody;
    private CableFilter filter;

    @BeforeEach
    void makeNamespace() throws Exception {
        assertThat(new ProcessBuilder("ip", "netns", "add", name).start().waitFor()).isZero();
        NetworkNamespace namespace = NetworkNamespace.at(Path.of("/run/netns", name));
        nftables = Nftables.open(namespace);
        somebody = Nftables.open(namespace);
        filter = new CableFilter(new TableReconciler(nftables, "bridge", "t"));
    }

    @AfterEach
    void removeNamespace() throws Exception {
        nftables.close();
        somebody.close();
        assertThat(new ProcessBuilder("ip", "netns", "del", name).start().waitFor()).isZero();
    }

    private static Sender sender(int number) {
        return new Sender("gw" + number, new MacAddress("02:00:00:00:00:%02x".formatted(number)), Ipv4.parse("10.0.0." + number));
    }

    private static Optional<FrameRules> plan(Integer... numbers) {
        return Optional.of(new FrameRules("t", 7, List.of(numbers).stream().map(CableFilterIT::sender).toList()));
    }

    private List<Integer> senders() {
        String listing = nftables.list(TABLE).orElse("");
        return IntStream.range(1, 10).filter(number -> listing.contains("\"gw" + number + "\"")).boxed().toList();
    }

    @Test
    void itIsWhatThePlansSayOneAfterTheOther() {
        assertThat(filter.reconcile(plan(1))).isTrue();
        assertThat(filter.reconcile(plan(1))).as("nothing to do").isFalse();
        assertThat(filter.reconcile(plan(1, 2, 3))).isTrue();
        assertThat(senders()).containsExactly(1, 2, 3);
        assertThat(filter.reconcile(plan(3, 4))).isTrue();
        assertThat(senders()).containsExactly(3, 4);
        assertThat(filter.reconcile(plan())).isTrue();
        assertThat(senders()).isEmpty();
        assertThat(nftables.list(TABLE)).isPresent();
        assertThat(filter.reconcile(Optional.empty())).isTrue();
        assertThat(nftables.list(TABLE)).isEmpty();
        assertThat(filter.reconcile(Optional.empty())).isFalse();
    }

    @Test
    void whoIsAdmittedSendsThroughThePlanThatDoesNotKnowItYetAndNotThroughTheNext() {
        filter.admit(sender(1));
        assertThat(nftables.list(TABLE)).as("without a network").isEmpty();
        filter.reconcile(plan(2));
        filter.admit(sender(1));
        assertThat(senders()).containsExactly(1, 2);
        filter.reconcile(plan(2));
        assertThat(senders()).containsExactly(1, 2);
        filter.reconcile(plan(2));
        assertThat(senders()).containsExactly(2);
    }

    @Test
    void whatSomebodyElseDidToTheTableIsUndoneWheneverItWas() {
        filter.reconcile(plan(1, 2));
        somebody.run("flush set bridge t senders");
        assertThat(filter.reconcile(plan(1, 2))).isTrue();
        assertThat(senders()).containsExactly(1, 2);
        somebody.run("add element bridge t senders { \"gw9\" . 02:00:00:00:00:09 . 10.0.0.9 }");
        assertThat(filter.reconcile(plan(1, 3))).isTrue();
        assertThat(senders()).containsExactly(1, 3);
        somebody.delete(TABLE);
        filter.admit(sender(4));
        assertThat(senders()).containsExactly(1, 3, 4);
    }

    @Test
    void tablesOfOthersAreTheirs() {
        filter.reconcile(plan(1));
        somebody.run("add table ip theirs");
        filter.reconcile(plan(1));
        somebody.run("add table ip theirs2");
        assertThat(filter.reconcile(plan(1))).as("ours is as it was").isFalse();
        assertThat(senders()).containsExactly(1);
    }

    @Test
    void anAgentThatBeginsAnewKnowsItsTableAgain() {
        filter.reconcile(plan(1, 2));
        CableFilter next = new CableFilter(new TableReconciler(nftables, "bridge", "t"));
        assertThat(next.reconcile(plan(1, 2))).isFalse();
        assertThat(next.reconcile(plan(2))).isTrue();
        CableFilter third = new CableFilter(new TableReconciler(nftables, "bridge", "t"));
        assertThat(third.reconcile(plan(2))).as("edited since it was made: made anew, once").isTrue();
        assertThat(senders()).containsExactly(2);
    }
}
