package io.gantry.network.network.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkChoiceTest {
    private static final Cidr POOL = Cidr.parse("10.210.0.0/16");
    /** After 10 · 65536 + 210 · 256. */
    private static final int FIRST_VNI = 709_121;
    private static final List<Ipv4> NODES = List.of(Ipv4.parse("192.168.77.1"), Ipv4.parse("192.168.77.2"));
    private static final Cidr VIRTUAL = Cidr.parse("10.211.0.0/16");

    @Test
    void theDefaultNetworkIsLargerThanOthers() {
        assertThat(choose("default", null, List.of())).isEqualTo(new NetworkChoice.Choice.Granted(Cidr.parse("10.210.0.0/20"), FIRST_VNI));
        assertThat(choose("shop", null, List.of(network(1, "default", "10.210.0.0/20"))))
                .isEqualTo(new NetworkChoice.Choice.Granted(Cidr.parse("10.210.16.0/24"), FIRST_VNI + 1));
    }

    @Test
    void installationsWithDifferentPoolsShareNoIdentifier() {
        var other = NetworkChoice.choose("default", null, List.of(), Cidr.parse("10.212.0.0/16"), Cidr.parse("10.213.0.0/16"), List.of());
        assertThat(other).isEqualTo(new NetworkChoice.Choice.Granted(Cidr.parse("10.212.0.0/20"), FIRST_VNI + 512));
    }

    @Test
    void noTwoSubnetsOverlapUntilThePoolIsEmpty() {
        List<Network> existing = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            var choice = (NetworkChoice.Choice.Granted) choose("n" + i, null, existing);
            assertThat(existing).noneMatch(network -> network.subnet().overlaps(choice.subnet()) || network.vni() == choice.vni());
            existing.add(new Network(new NetworkId("%064x".formatted(i)), "default", "n" + i, choice.subnet(), choice.vni(), Instant.EPOCH));
        }
        assertThat(choose("more", null, existing))
                .isInstanceOfSatisfying(NetworkChoice.Choice.Refused.class, refused -> assertThat(refused.refusal().type()).isEqualTo(ProblemType.NO_ADDRESS));
    }

    @Test
    void refusesWhatCanNotBe() {
        List<Network> existing = List.of(network(1, "shop", "10.20.0.0/16"));
        assertThat(detail("shop", null, existing)).isEqualTo("there is a network 'shop' already");
        assertThat(detail("Shop", null, existing)).isEqualTo("'Shop' is no network name");
        assertThat(detail("_shop", null, existing)).isEqualTo("'_shop' is no network name");
        assertThat(choose("shop_back", null, existing)).as("as Compose calls them").isInstanceOf(NetworkChoice.Choice.Granted.class);
        assertThat(detail("none", null, existing)).isEqualTo("'none' means no network");
        assertThat(detail("b", "10.20.3.0/24", existing)).isEqualTo("10.20.3.0/24 overlaps 10.20.0.0/16 of network 'shop'");
        assertThat(detail("b", "10.211.3.0/24", existing)).isEqualTo("10.211.3.0/24 overlaps 10.211.0.0/16, where virtual IPs are");
        assertThat(detail("b", "10.9.0.0/30", existing)).isEqualTo("a subnet's prefix is 8 to 29, got 10.9.0.0/30");
    }

    @Test
    void refusesAddressesThatMeanSomethingElseOnEveryHost() {
        for (String subnet : List.of("0.0.0.0/8", "127.0.0.0/24", "169.254.169.0/24", "224.1.0.0/16", "239.255.0.0/24", "240.0.0.0/24", "255.255.255.0/24")) {
            var refusal = ((NetworkChoice.Choice.Refused) choose("b", subnet, List.of())).refusal();
            assertThat(refusal.type()).as(subnet).isEqualTo(ProblemType.INVALID_FIELD);
            assertThat(refusal.field()).isEqualTo("subnet");
            assertThat(refusal.detail()).startsWith(subnet + " is no subnet for containers: ");
            assertThat(refusal.hint()).contains("10.0.0.0/8");
        }
        assertThat(detail("b", "127.4.0.0/16", List.of())).isEqualTo("127.4.0.0/16 is no subnet for containers: 127.0.0.0/8 is for each host's loopback");
        assertThat(choose("b", "172.31.0.0/16", List.of())).isInstanceOf(NetworkChoice.Choice.Granted.class);
    }

    @Test
    void refusesWhatWouldCutANodeOff() {
        assertThat(detail("b", "192.168.77.0/24", List.of())).isEqualTo("192.168.77.0/24 holds 192.168.77.1, the address of a node");
        assertThat(detail("b", "192.168.0.0/16", List.of())).contains("the address of a node");
        assertThat(choose("b", "192.168.78.0/24", List.of())).isInstanceOf(NetworkChoice.Choice.Granted.class);
        var beside = NetworkChoice.choose("b", null, List.of(), POOL, VIRTUAL, List.of(Ipv4.parse("10.210.0.7")));
        assertThat(beside).isEqualTo(new NetworkChoice.Choice.Granted(Cidr.parse("10.210.1.0/24"), FIRST_VNI));
    }

    private static String detail(String name, String subnet, List<Network> existing) {
        return ((NetworkChoice.Choice.Refused) choose(name, subnet, existing)).refusal().detail();
    }

    private static NetworkChoice.Choice choose(String name, String subnet, List<Network> existing) {
        return NetworkChoice.choose(name, subnet == null ? null : Cidr.parse(subnet), existing, POOL, VIRTUAL, NODES);
    }

    private static Network network(int number, String name, String subnet) {
        return new Network(new NetworkId("%064x".formatted(number)), "default", name, Cidr.parse(subnet), FIRST_VNI + number - 1, Instant.EPOCH);
    }
}
