package io.gantry.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.EndpointId;
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

    @Test
    void aHostIsNamedOnEachNetworkAndAsksTheServerOfTheFirst() {
        assertThat(NameFiles.hosts("shop", List.of(BACK, FRONT))).isEqualTo("127.0.0.1\tlocalhost\n10.1.0.7\tshop\n10.2.0.7\tshop\n");
        assertThat(NameFiles.resolver(List.of(BACK, FRONT))).isEqualTo("nameserver 10.1.0.1\nsearch back.gantry.internal front.gantry.internal\n");
        assertThat(NameFiles.resolver(List.of())).isEmpty();
    }

    @Test
    void whatSomebodyHasWrittenStays() {
        String own = NameFiles.hosts("shop", List.of(BACK)) + "192.0.2.7\tlicences\n10.1.0.7\tother\n";
        assertThat(NameFiles.hosts(own, "shop", List.of(BACK), List.of(FRONT)))
                .isEqualTo("127.0.0.1\tlocalhost\n192.0.2.7\tlicences\n10.1.0.7\tother\n10.2.0.7\tshop\n");
        assertThat(NameFiles.resolver("nameserver 192.0.2.53\n", List.of(BACK), List.of(FRONT))).isEqualTo("nameserver 192.0.2.53\n");
    }

    /** Whatever the way, and however often a step is done again: the files say what those of a start say, but for the order. */
    @Test
    void theFilesOfWhoCameThereAreThoseOfWhoStartedThere() {
        List<Attachment> all = IntStream.range(1, 6).mapToObj(i -> network(i, "net" + i)).toList();
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Attachment> on = some(all, random);
            String hosts = NameFiles.hosts("shop", on);
            String resolver = NameFiles.resolver(on);
            for (int step = 0; step < 20; step++) {
                List<Attachment> next = some(all, random);
                for (int again = random.nextInt(2); again >= 0; again--) {
                    hosts = NameFiles.hosts(hosts, "shop", on, next);
                }
                resolver = NameFiles.resolver(resolver, on, next);
                on = next;
                assertThat(hosts.lines()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(NameFiles.hosts("shop", on).lines().toList());
                assertThat(resolver).isEqualTo(NameFiles.resolver(on));
            }
        }
    }

    private static List<Attachment> some(List<Attachment> all, Random random) {
        return all.stream().filter(_ -> random.nextBoolean()).toList();
    }
}
