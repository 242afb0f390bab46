package io.gantry.agent.network.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.network.plan.PublishedPort;
import io.gantry.contracts.spec.PortPublish.Protocol;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.diag.BoundSocket;
import io.gantry.kernel.netlink.diag.BoundSocket.Transport;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClashTest {
    private static final Optional<Ipv4> EVERY = Optional.empty();
    private static final Optional<Ipv4> ONE = Optional.of(Ipv4.parse("192.0.2.7"));
    private static final Optional<Ipv4> OTHER = Optional.of(Ipv4.parse("192.0.2.8"));

    private static boolean clash(Optional<Ipv4> published, Optional<Ipv4> bound) {
        return !Clash.find(Set.of(tcp(published)), Set.of(), List.of(listener(bound))).isEmpty();
    }

    private static PublishedPort tcp(Optional<Ipv4> address) {
        return new PublishedPort(address, 80, Protocol.TCP);
    }

    private static BoundSocket listener(Optional<Ipv4> address) {
        return new BoundSocket(Transport.TCP, address, 80, 1);
    }

    @Test
    void aPortOfEveryAddressClashesWithWhateverIsBound() {
        assertThat(clash(EVERY, EVERY)).isTrue();
        assertThat(clash(EVERY, ONE)).isTrue();
    }

    @Test
    void aPortOfOneAddressClashesWithThatAndWithEvery() {
        assertThat(clash(ONE, ONE)).isTrue();
        assertThat(clash(ONE, EVERY)).isTrue();
        assertThat(clash(ONE, OTHER)).isFalse();
    }

    @Test
    void anotherPortOrTransportIsNoClash() {
        assertThat(Clash.find(Set.of(new PublishedPort(EVERY, 80, Protocol.UDP)), Set.of(), List.of(listener(EVERY)))).isEmpty();
        assertThat(Clash.find(Set.of(new PublishedPort(EVERY, 81, Protocol.TCP)), Set.of(), List.of(listener(EVERY)))).isEmpty();
    }

    @Test
    void whoWasFirstStays() {
        assertThat(Clash.find(Set.of(tcp(EVERY)), Set.of(tcp(EVERY)), List.of(listener(EVERY)))).isEmpty();
    }
}
