package io.gantry.contracts.event;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/** Image builds, from image-service. */
public sealed interface BuildEvent extends Event {
    BuildId id();

    @Override
    default String subject() {
        return id().value();
    }

    record Started(BuildId id, List<ImageRef> tags) implements BuildEvent {}

    /** container-service shall make and run this container: one RUN step. */
    record ContainerWanted(BuildId id, ContainerId container, String name, Owner owner, ContainerSpec spec, ResolvedImage image)
            implements BuildEvent {}

    /** Its changes are stored (or the build is over): container-service shall remove it. */
    record ContainerUnwanted(BuildId id, ContainerId container) implements BuildEvent {}

    record Finished(BuildId id, Digest manifest, List<ImageRef> tags) implements BuildEvent {}

    record Failed(BuildId id, int step, String detail) implements BuildEvent {}
}
