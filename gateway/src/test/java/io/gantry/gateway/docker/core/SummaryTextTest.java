package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.view.ContainerView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SummaryTextTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    @ParameterizedTest
    @EnumSource(ContainerView.State.class)
    void isWhatTheListTellsOfItInAnyState(ContainerView.State state) {
        isTheSame(Views.container('a', state.name(), '1', "\"command\": [\"say\", \"\\\"grüezi\\\"\"]"), 47);
    }

    /** Versions that are told the same share what was made. */
    @Test
    void isWhatTheListTellsOfItInAnyVersion() {
        ContainerView on = Views.container('a', "RUNNING", '1', "\"network\": \"back\", \"aliases\": [\"db\"], \"hostname\": \"own\"");
        for (int minor = 24; minor <= 47; minor++) {
            isTheSame(on, minor);
        }
        assertThat(List.of(24, 43, 44, 45, 47)).extracting(SummaryText::likeVersion).containsExactly(0, 0, 44, 45, 45);
    }

    private static void isTheSame(ContainerView container, int minor) {
        SummaryText text = SummaryText.of(container, SummaryText.likeVersion(minor));
        assertThat(new String(text.beforeStatus(), StandardCharsets.UTF_8) + text.status(NOW) + new String(text.behindStatus(), StandardCharsets.UTF_8))
                .isEqualTo(ContainerForms.summary(container, minor, NOW).toString());
    }
}
