package io.gantry.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutageTest {
    private final Outage outage = new Outage();

    @Test
    void tellsEachReasonOnceUntilTheLinkWorks() {
        assertThat(outage.tell("refused")).contains("refused");
        assertThat(outage.tell("refused")).isEmpty();
        assertThat(outage.tell("no route")).contains("no route");
        assertThat(outage.end()).isTrue();
        assertThat(outage.tell("refused")).contains("refused");
    }

    @Test
    void theFirstLinkEndsNoOutage() {
        assertThat(outage.end()).isFalse();
    }
}
