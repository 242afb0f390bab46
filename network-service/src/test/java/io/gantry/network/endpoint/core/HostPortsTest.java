package io.gantry.network.endpoint.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortsTest {
    private static final List<HostPorts.Held> HELD = List.of(new HostPorts.Held(port(null, 8080), "container web", "a"));

    @Test
    void refusalNamesTheHolder() {
        HostPorts.Grant grant = HostPorts.grant(List.of(port(null, 9000), port("192.0.2.1", 8080)), "b", HELD);
        assertThat(grant).isInstanceOfSatisfying(HostPorts.Grant.Refused.class, refused -> {
            assertThat(refused.refusal().detail()).isEqualTo("port 192.0.2.1:8080/tcp is held by container web");
            assertThat(refused.refusal().field()).isEqualTo("ports[1].hostPort");
        });
    }

    @Test
    void theSamePortOfTwoAddressesOrProtocolsIsTwoPorts() {
        List<HostPorts.Held> held = List.of(new HostPorts.Held(port("192.0.2.1", 53), "container dns", "a"));
        var udp = new PortPublish(Ipv4.parse("192.0.2.1"), 53, 53, PortPublish.Protocol.UDP);
        assertThat(HostPorts.grant(List.of(port("192.0.2.2", 53), udp), "b", held))
                .isEqualTo(new HostPorts.Grant.Granted(List.of(port("192.0.2.2", 53), udp)));
    }

    @Test
    void aRequestDoesNotCollideWithItself() {
        assertThat(HostPorts.grant(List.of(port(null, 80), port(null, 80)), "b", List.of())).isInstanceOf(HostPorts.Grant.Refused.class);
    }

    @Test
    void whatWasChosenBeforeStays() {
        List<HostPorts.Held> held = List.of(
                new HostPorts.Held(port(null, 32_768), "container other", "o"), new HostPorts.Held(port(null, 40_000), "deployment web", "d"));
        assertThat(HostPorts.grant(List.of(port(null, 0)), "d", held)).isEqualTo(new HostPorts.Grant.Granted(List.of(port(null, 40_000))));
        assertThat(HostPorts.grant(List.of(port(null, 0)), "new", held)).isEqualTo(new HostPorts.Grant.Granted(List.of(port(null, 32_769))));
    }

    @Test
    void ofARangeAFreeOneIsChosenAndStays() {
        List<HostPorts.Held> held = List.of(
                new HostPorts.Held(port(null, 8000), "the platform itself", "platform"), new HostPorts.Held(port(null, 8002), "container other", "o"));
        assertThat(HostPorts.grant(List.of(range(8000, 8003), range(8000, 8001), port(null, 0)), "new", held))
                .isEqualTo(new HostPorts.Grant.Granted(List.of(port(null, 8003), port(null, 8001), port(null, 32_768))));
        assertThat(HostPorts.grant(List.of(range(8000, 8003)), "o", held)).isEqualTo(new HostPorts.Grant.Granted(List.of(port(null, 8002))));
        assertThat(HostPorts.grant(List.of(range(8002, 8003), range(8002, 8003)), "new", held)).isInstanceOfSatisfying(HostPorts.Grant.Refused.class, refused -> {
            assertThat(refused.refusal().detail()).isEqualTo("no port from 8002 to 8003 is free");
            assertThat(refused.refusal().field()).isEqualTo("ports[1].hostPort");
        });
    }

    /** Whatever people ask for: no two holders ever have the same port. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noPortIsGivenTwice(long seed) {
        Random random = new Random(seed);
        List<HostPorts.Held> held = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            String id = "h" + random.nextInt(40);
            List<PortPublish> wanted = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                int first = 8000 + random.nextInt(30);
                wanted.add(switch (random.nextInt(3)) {
                    case 0 -> port(null, 0);
                    case 1 -> range(first, first + random.nextInt(4));
                    default -> port(null, first);
                });
            }
            if (HostPorts.grant(wanted, id, held) instanceof HostPorts.Grant.Granted(var ports)) {
                held.removeIf(one -> one.id().equals(id));
                ports.forEach(port -> held.add(new HostPorts.Held(port, "x " + id, id)));
            }
            Set<Integer> numbers = new HashSet<>();
            assertThat(held).allMatch(one -> one.port().hostPort() != 0 && numbers.add(one.port().hostPort()));
        }
    }

    private static PortPublish range(int first, int last) {
        return new PortPublish(null, first, 80, PortPublish.Protocol.TCP, last);
    }

    private static PortPublish port(String address, int hostPort) {
        return new PortPublish(address == null ? null : Ipv4.parse(address), hostPort, 80, PortPublish.Protocol.TCP);
    }
}
