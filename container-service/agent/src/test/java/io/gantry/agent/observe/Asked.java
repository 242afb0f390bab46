package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ContainerSpecBuilder;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A container that runs, for tests that ask it. */
final class Asked {
    static final ContainerId ID = new ContainerId("a".repeat(64));

    private Asked() {}

    static Held running() {
        return Held.of(ID).starting(1, 0).running(new Running(ID, 1, 42, Instant.now()));
    }

    static Optional<Desired.Container> wanted(ContainerSpec spec) {
        Digest digest = Digest.ofHex("b".repeat(64));
        ResolvedImage image = new ResolvedImage(spec.image(), digest, digest, ImageConfig.EMPTY, List.of(), "amd64", new Bytes(1), Instant.EPOCH);
        return Optional.of(new Desired.Container(
                ID, "default", "web", new Owner.Person(), Desired.Life.RUNNING, 1, null, spec, image, "SIGTERM", Duration.ofSeconds(10), 0, false));
    }

    static ContainerSpecBuilder spec() {
        return ContainerSpec.from(ImageRef.parse("shop/web:1"));
    }
}
