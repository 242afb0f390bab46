package io.gantry.scheduler.placement.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final Owner OWNER = new Owner.Person();

    @ParameterizedTest(name = "{0}: {1} → counts {2}")
    @CsvSource({
        "no, started, true",
        "no, started exit0, false",
        "no, started exit1, false",
        "no, started run exited-for-it, true",
        "no, started run exited-for-it started exit0, false",
        "on-failure, started run exited-for-it started, true",
        "no, failed, false",
        "no, failed run, true",
        "no, started lost, true",
        "no, started exit0 lost, false",
        "always, started exit0, true",
        "always, failed, true",
        "always, failed failed failed, true",
        "always, started stop, true",
        "always, started stop exit0, false",
        "always, failed stop, false",
        "always, started exit1 stop, false",
        "always, started exit1 started stop, true",
        "always, started stop exit0 run, true",
        "on-failure, started exit0, false",
        "on-failure, started exit1, true",
        "on-failure, started exit1 started exit1 started, true",
        "on-failure, started exit1 started exit1 started exit1, false",
        "on-failure, failed exit1 failed, false",
        "on-failure, started exit1 started exit1 started exit1 run exit1, true"
    })
    void countsWhileItMayRunWithoutAnybodyAsking(String policy, String story, boolean counts) {
        Reservation reservation = Reservation.placed(policy(policy));
        for (String each : story.split(" ")) {
            reservation = reservation.after(event(each));
        }
        assertThat(reservation.active()).isEqualTo(counts);
    }

    private static RestartPolicy policy(String word) {
        return switch (word) {
            case "no" -> RestartPolicy.NO;
            case "always" -> RestartPolicy.ALWAYS;
            case "on-failure" -> new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 2);
            default -> throw new IllegalArgumentException(word);
        };
    }

    private static ContainerEvent event(String word) {
        return switch (word) {
            case "started" -> new ContainerEvent.Started(ID, null, 1, Instant.EPOCH);
            case "exit0", "exit1" -> new ContainerEvent.Exited(
                    ID, null, OWNER, 1, word.equals("exit0") ? 0 : 1, Observed.ExitReason.EXITED, Instant.EPOCH, null);
            case "exited-for-it" -> new ContainerEvent.Exited(ID, null, OWNER, 1, 143, Observed.ExitReason.SIGNALLED, Instant.EPOCH, null, true);
            case "failed" -> new ContainerEvent.Failed(ID, null, OWNER, new Observed.Failure("exec", 2, "no such file", ""));
            case "lost" -> new ContainerEvent.Lost(ID, null, OWNER);
            case "stop" -> new ContainerEvent.LifeChanged(ID, Desired.Life.STOPPED, 1);
            case "run" -> new ContainerEvent.LifeChanged(ID, Desired.Life.RUNNING, 2);
            default -> throw new IllegalArgumentException(word);
        };
    }
}
