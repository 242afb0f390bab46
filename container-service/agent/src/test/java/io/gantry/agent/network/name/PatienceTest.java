package io.gantry.agent.network.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Ipv4;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Ipv4 ONE = Ipv4.parse("10.0.0.1");
    private static final Ipv4 OTHER = Ipv4.parse("10.0.0.2");
    private static final Ipv4 THIRD = Ipv4.parse("10.0.0.3");
    private final Patience patience = new Patience(3, 2);

    @Test
    void oneHasAPartAndAllTogetherHaveTheWhole() {
        assertThat(patience.begin(ONE)).isTrue();
        assertThat(patience.begin(ONE)).isTrue();
        assertThat(patience.begin(ONE)).as("its part").isFalse();
        assertThat(patience.begin(OTHER)).isTrue();
        assertThat(patience.begin(THIRD)).as("the whole").isFalse();
    }

    @Test
    void whatHasEndedIsFree() {
        patience.begin(ONE);
        patience.begin(ONE);
        patience.end(ONE);
        assertThat(patience.begin(ONE)).isTrue();
        patience.end(ONE);
        patience.end(ONE);
        assertThat(patience.begin(OTHER)).isTrue();
        assertThat(patience.begin(OTHER)).isTrue();
        assertThat(patience.begin(THIRD)).isTrue();
    }
}
