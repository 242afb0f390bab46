package io.gantry.container.lifecycle.store;

import static io.gantry.container.fixture.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.fixture.Samples;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerDecider;
import io.gantry.container.lifecycle.core.Decision;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerWatchTest {
    private static final ContainerId ID = Samples.containerId();
    private static final Container MADE = made();
    private static final Container LEAVING = leaving(MADE);
    private final ContainerWatch oneProcess = new ContainerWatch(new ShortWay(null, true));
    private final ContainerWatch amongOthers = new ContainerWatch(new ShortWay(null, false));

    @Test
    void whatWasToldIsKnownWhereNobodyElseTells() {
        assertThat(oneProcess.known(ID)).isEmpty();
        oneProcess.tell(MADE);
        assertThat(oneProcess.known(ID)).containsSame(MADE);
        amongOthers.tell(MADE);
        assertThat(amongOthers.known(ID)).as("another process may have changed it since").isEmpty();
        assertThat(amongOthers.latest(ID)).containsSame(MADE);
    }

    @Test
    void whatIsToldLateTakesNoNewerOnesPlace() {
        oneProcess.tell(LEAVING);
        oneProcess.tell(MADE);
        assertThat(oneProcess.known(ID)).containsSame(LEAVING);
    }

    /** A commit whose answer was lost may have changed it: then the table is asked, until it is told of again. */
    @Test
    void whatIsInDoubtIsForgottenAndLookedUp() {
        AtomicInteger looks = new AtomicInteger();
        Uni<Container> table = Uni.createFrom().item(() -> {
            looks.incrementAndGet();
            return LEAVING;
        });
        oneProcess.tell(MADE);
        assertThat(await(table, MADE)).isSameAs(MADE);
        assertThat(looks).hasValue(0);
        oneProcess.forget(ID);
        assertThat(oneProcess.known(ID)).isEmpty();
        assertThat(await(table, LEAVING)).isSameAs(LEAVING);
        assertThat(looks).hasValue(1);
        oneProcess.tell(LEAVING);
        assertThat(await(table, LEAVING)).isSameAs(LEAVING);
        assertThat(looks).hasValue(1);
        assertThat(oneProcess.size()).as("who still waits").isZero();
    }

    private Container await(Uni<Container> table, Container wanted) {
        return oneProcess.until(ID, table, wanted::equals).await().atMost(Duration.ofSeconds(5));
    }

    private static Container made() {
        ContainerSpec spec = Samples.spec("shop/web:1");
        return after(null, new ContainerCommand.Request(ID, "default", "web", new Owner.Person(), spec, Samples.image(spec.image()), Desired.Life.CREATED, NOON));
    }

    private static Container leaving(Container container) {
        return after(container, new ContainerCommand.Dismiss());
    }

    private static Container after(Container container, ContainerCommand command) {
        return ContainerDecider.evolve(container, ((Decision.Accepted) ContainerDecider.decide(container, command)).changes().getFirst());
    }
}
