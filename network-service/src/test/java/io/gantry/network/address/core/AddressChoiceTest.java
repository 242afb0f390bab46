package io.gantry.network.address.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressChoiceTest {
    /** Leases and releases in any order: no address twice, none outside, and as many as there are. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverGivesAnAddressTwice(long seed) {
        Random random = new Random(seed);
        Cidr pool = Cidr.parse("10.9.8.0/27");
        Set<Ipv4> taken = new HashSet<>();
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(3) > 0) {
                Optional<Ipv4> chosen = AddressChoice.choose(pool, taken);
                assertThat(chosen.isPresent()).isEqualTo(taken.size() < 30);
                chosen.ifPresent(address -> {
                    assertThat(pool.contains(address)).isTrue();
                    assertThat(address).isNotEqualTo(pool.base()).isNotEqualTo(pool.base().plus(31));
                    assertThat(taken.add(address)).isTrue();
                });
            } else if (!taken.isEmpty()) {
                List<Ipv4> all = new ArrayList<>(taken);
                taken.remove(all.get(random.nextInt(all.size())));
            }
        }
    }

    @Test
    void neitherTheFirstNorTheLastNorOneBesideItIsAnAddressOfAPool() {
        Cidr pool = Cidr.parse("10.9.8.0/29");
        assertThat(IntStream.range(-1, 9).filter(i -> AddressChoice.has(pool, pool.base().plus(i)))).containsExactly(1, 2, 3, 4, 5, 6);
    }
}
