package io.gantry.container.lifecycle.store;

import static io.gantry.container.fixture.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.fixture.Samples;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerChange;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerDecider;
import io.gantry.container.lifecycle.core.Decision;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import org.junit.jupiter.api.Test;

class ContainerDocumentsTest {
    private final ContainerDocuments documents = new ContainerDocuments();

    @Test
    void theSameTextIsReadOnce() {
        Container container = container("web");
        String text = ContainerDocuments.write(container);
        Container read = documents.read(container.id().value(), text);
        assertThat(read).isEqualTo(container);
        assertThat(documents.read(container.id().value(), text)).isSameAs(read);
    }

    @Test
    void whatWasWrittenIsKnown() {
        Container container = container("web");
        String text = ContainerDocuments.write(container);
        documents.keep(container, text);
        assertThat(documents.read(container.id().value(), text)).isSameAs(container);
    }

    @Test
    void theTableIsBelievedNotWhatIsKnown() {
        Container container = container("web");
        Container changed = ContainerDecider.evolve(container, changeOf(container));
        documents.keep(changed, ContainerDocuments.write(changed));
        // read before that was committed, told after
        assertThat(documents.read(container.id().value(), ContainerDocuments.write(container))).isEqualTo(container);
    }

    private static ContainerChange changeOf(Container container) {
        return ((Decision.Accepted) ContainerDecider.decide(container, new ContainerCommand.Dismiss())).changes().getFirst();
    }

    private static Container container(String name) {
        ContainerId id = Samples.containerId();
        ContainerSpec spec = Samples.spec("shop/web:1");
        var request = new ContainerCommand.Request(id, "default", name, new Owner.Person(), spec, Samples.image(spec.image()), Desired.Life.CREATED, NOON);
        return ContainerDecider.evolve(null, ((Decision.Accepted) ContainerDecider.decide(null, request)).changes().getFirst());
    }
}
