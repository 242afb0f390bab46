package io.gantry.agent.network.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostResolversTest {
    @Test
    void whatIsNoAddressIsPassedOver() {
        assertThat(HostResolvers.parse(List.of(
                        "# nameserver 10.0.0.1", "nameserver 1.2.3", "  nameserver\t9.9.9.9  ", "nameserver", "nameserver ::1", "nameserver 256.1.1.1", "search example.org", "nameserver 10.0.0.2 # ours")))
                .containsExactly(Ipv4.parse("9.9.9.9"), Ipv4.parse("10.0.0.2"));
    }
}
