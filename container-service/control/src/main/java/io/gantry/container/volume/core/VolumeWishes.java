package io.gantry.container.volume.core;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which volumes a container asks for: those its spec names, and what its image wants as volumes where the spec says nothing of the place. */
public final class VolumeWishes {
    private VolumeWishes() {}

    /** @param name {@code null} for one of its own */
    public record Wish(String name, String target, boolean readOnly, boolean copy) {}

    public static List<Wish> of(ContainerSpec spec, ImageConfig image, Owner owner) {
        List<Wish> wishes = new ArrayList<>();
        for (Mount mount : spec.mounts()) {
            switch (mount) {
                case Mount.Volume(var source, var target, var readOnly, var noCopy) -> wishes.add(new Wish(source, target, readOnly, !noCopy));
                case Mount.Tmpfs _, Mount.Bind _, Mount.Kept _, Mount.Api _, Mount.Socket _ -> {
                    // in memory, or the host's own
                }
            }
        }
        Set<String> taken = spec.mounts().stream().map(Mount::target).collect(Collectors.toSet());
        image.volumes().stream()
                .flatMap(written -> target(written).stream())
                .distinct()
                // what a step changes is the image's
                .filter(target -> !taken.contains(target) && !(owner instanceof Owner.BuildStep))
                .sorted()
                .forEach(target -> wishes.add(new Wish(null, target, false, true)));
        return wishes;
    }

    /** Where nothing can be mounted, the image's files stay as they are. */
    private static Optional<String> target(String written) {
        try {
            return Optional.of(Mount.checkTarget("volume", written));
        } catch (BadField nowhere) {
            return Optional.empty();
        }
    }
}
