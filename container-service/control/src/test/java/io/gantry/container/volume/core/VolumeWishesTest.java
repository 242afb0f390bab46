package io.gantry.container.volume.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.volume.core.VolumeWishes.Wish;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeWishesTest {
    private static final ContainerSpec SPEC = ContainerSpec.from(ImageRef.parse("db"))
            .mounts(List.of(Mount.Volume.at("data", "/data"), Mount.Tmpfs.at("/run"), new Mount.Volume(null, "/cache", true, true)))
            .build();

    private static ImageConfig image(String... volumes) {
        return new ImageConfig(null, null, null, null, null, null, null, null, null, List.of(volumes));
    }

    @Test
    void theSpecsVolumesAndTheImagesWhereTheSpecSaysNothing() {
        assertThat(VolumeWishes.of(SPEC, image("/var/lib/db/", "/data", "/run", "/logs"), new Owner.Person()))
                .containsExactly(
                        new Wish("data", "/data", false, true), new Wish(null, "/cache", true, false), new Wish(null, "/logs", false, true), new Wish(null, "/var/lib/db", false, true));
    }

    @Test
    void noVolumeIsWhereNothingCanBeMounted() {
        assertThat(VolumeWishes.of(ContainerSpec.of(ImageRef.parse("db")), image("/", "/proc", "relative", "/a/../b"), new Owner.Person())).isEmpty();
    }

    @Test
    void whatABuildsStepWritesIsTheImages() {
        Owner step = new Owner.BuildStep(new BuildId("build-01980000-0000-7000-8000-000000000001"), 1);
        assertThat(VolumeWishes.of(ContainerSpec.of(ImageRef.parse("db")), image("/data"), step)).isEmpty();
    }
}
