package io.gantry.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameFilesTest {
    private static final Attachment BACK = network(1, "back");
    private static final Attachment FRONT = network(2, "front");

    private static Attachment network(int number, String name) {
        Ipv4 gateway = Ipv4.parse("10.%d.0.1".formatted(number));
        Ipv4 address = gateway.plus(6);
        return new Attachment(
                new EndpointId("%064x".formatted(number)), name, "gb" + number, "g" + number, 1, address, 24, gateway, MacAddress.of(address), 1450,
                List.of(gateway), List.of(name + ".gantry.internal"));
    }

    private static final NameFiles OWN = new NameFiles("shop", "", List.of(), Dns.OF_THE_NODE);

    @Test
    void furtherHostsAndTheResolverAreAsTheSpecSays() {
        NameFiles asked = new NameFiles(
                "shop", "", List.of(new HostEntry("licences", Ipv4.parse("192.0.2.7")), new HostEntry("node", null)),
                new Dns(List.of(Ipv4.parse("192.0.2.53")), List.of("shop.example"), List.of("ndots:2")));
        assertThat(asked.hosts(List.of(BACK))).isEqualTo("127.0.0.1\tlocalhost\n10.1.0.7\tshop\n192.0.2.7\tlicences\n10.1.0.1\tnode\n");
        assertThat(asked.resolver(List.of(BACK))).isEqualTo("nameserver 10.1.0.1\nsearch shop.example back.gantry.internal\noptions ndots:2\n");
        assertThat(asked.hosts(asked.hosts(List.of(FRONT)), List.of(FRONT), List.of(BACK))).as("the node is reached otherwise")
                .isEqualTo("127.0.0.1\tlocalhost\n192.0.2.7\tlicences\n10.1.0.7\tshop\n10.1.0.1\tnode\n");
        assertThat(asked.hosts(List.of())).isEqualTo("127.0.0.1\tlocalhost\n192.0.2.7\tlicences\n");
        assertThat(asked.resolver(List.of())).isEqualTo("nameserver 192.0.2.53\nsearch shop.example\noptions ndots:2\n");
    }

    @Test
    void aHostIsNamedOnEachNetworkAndAsksTheServerOfTheFirst() {
        assertThat(OWN.hosts(List.of(BACK, FRONT))).isEqualTo("127.0.0.1\tlocalhost\n10.1.0.7\tshop\n10.2.0.7\tshop\n");
        assertThat(OWN.resolver(List.of(BACK, FRONT))).isEqualTo("nameserver 10.1.0.1\nsearch back.gantry.internal front.gantry.internal\n");
        assertThat(OWN.resolver(List.of())).isEmpty();
    }

    @Test
    void theWholeNameComesBeforeTheShortOne() {
        assertThat(new NameFiles("shop", "example.org", List.of(), Dns.OF_THE_NODE).hosts(List.of(BACK, FRONT)))
                .isEqualTo("127.0.0.1\tlocalhost\n10.1.0.7\tshop.example.org shop\n10.2.0.7\tshop.example.org shop\n");
    }

    @Test
    void whatSomebodyHasWrittenStays() {
        String own = OWN.hosts(List.of(BACK)) + "192.0.2.7\tlicences\n10.1.0.7\tother\n";
        assertThat(OWN.hosts(own, List.of(BACK), List.of(FRONT)))
                .isEqualTo("127.0.0.1\tlocalhost\n192.0.2.7\tlicences\n10.1.0.7\tother\n10.2.0.7\tshop\n");
        assertThat(OWN.resolver("nameserver 192.0.2.53\n", List.of(BACK), List.of(FRONT))).isEqualTo("nameserver 192.0.2.53\n");
    }

    /** Whatever the way, and however often a step is done again: the files say what those of a start say, but for the order. */
    @Test
    void theFilesOfWhoCameThereAreThoseOfWhoStartedThere() {
        List<Attachment> all = IntStream.range(1, 6).mapToObj(i -> network(i, "net" + i)).toList();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Attachment> on = some(all, random);
            String hosts = OWN.hosts(on);
            String resolver = OWN.resolver(on);
            for (int step = 0; step < 20; step++) {
                List<Attachment> next = some(all, random);
                for (int again = random.nextInt(2); again >= 0; again--) {
                    hosts = OWN.hosts(hosts, on, next);
                }
                resolver = OWN.resolver(resolver, on, next);
                on = next;
                assertThat(hosts.lines()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(OWN.hosts(on).lines().toList());
                assertThat(resolver).isEqualTo(OWN.resolver(on));
            }
        }
    }

    private static List<Attachment> some(List<Attachment> all, Random random) {
        return all.stream().filter(_ -> random.nextBoolean()).toList();
    }
}
