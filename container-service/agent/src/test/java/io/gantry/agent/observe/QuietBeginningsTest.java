package io.gantry.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuietBeginningsTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final Held PREPARING = Held.of(ID);
    private static final Held STARTING = PREPARING.starting(1, 0);
    private final List<String> told = new ArrayList<>();
    private final QuietBeginnings quiet = new QuietBeginnings(new ContainerListener() {
        @Override
        public void changed(Held held, Optional<Desired.Container> wanted) {
            told.add(held.stage().name());
        }

        @Override
        public void gone(ContainerId id) {
            told.add("gone");
        }

        @Override
        public void epoch(long epoch) {
            told.add("epoch " + epoch);
        }
    });

    @Test
    void whatIsOvertakenIsNotTold() {
        quiet.changed(PREPARING, Optional.empty());
        quiet.changed(STARTING, Optional.empty());
        quiet.changed(STARTING.created(), Optional.empty());
        assertThat(told).isEmpty();
        quiet.beat();
        assertThat(told).containsExactly("CREATED");
    }

    @Test
    void ofWhatWaitsForItsStartItsBeginningIsToldAlone() {
        quiet.changed(PREPARING, Optional.empty());
        quiet.changed(PREPARING.created(), Optional.empty());
        quiet.changed(PREPARING.created().starting(1, 0), Optional.empty());
        quiet.changed(PREPARING.created().starting(1, 0).removing(), Optional.empty());
        quiet.beat();
        assertThat(told).containsExactly("REMOVING");
    }

    @Test
    void whatIsInTheMakingForLongerIsToldOnce() {
        quiet.changed(PREPARING, Optional.empty());
        assertThat(told).isEmpty();
        quiet.beat();
        quiet.beat();
        assertThat(told).containsExactly("PREPARING");
        quiet.changed(STARTING, Optional.empty());
        quiet.beat();
        assertThat(told).containsExactly("PREPARING", "STARTING");
    }

    @Test
    void whatGoesBeforeItIsMadeIsNotToldAfterwards() {
        quiet.changed(PREPARING, Optional.empty());
        quiet.gone(ID);
        quiet.beat();
        assertThat(told).containsExactly("gone");
    }

    @Test
    void anEpochIsToldAtOnce() {
        quiet.changed(PREPARING, Optional.empty());
        quiet.epoch(5);
        quiet.beat();
        assertThat(told).containsExactly("epoch 5", "PREPARING");
    }
}
