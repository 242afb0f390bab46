package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.LayerKeeping.Wish;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerKeepingTest {
    private static final KernelReport WITHOUT = new KernelReport(List.of(new Finding.Missing(Feature.IMAGES, 19, "fsopen erofs: ENODEV (No such device)")));

    @Test
    void imagesAreTakenWhereTheyCanBeMountedAndTheReasonSaysHow() {
        for (Wish wish : List.of(Wish.AUTO, Wish.EROFS)) {
            assertThat(LayerKeeping.of(wish, KernelReport.COMPLETE, true).describe()).isEqualTo("new layers are kept as EROFS images, mounted by their files");
            assertThat(LayerKeeping.of(wish, KernelReport.COMPLETE, false).describe())
                    .isEqualTo("new layers are kept as EROFS images, mounted by loop devices: Linux before 7.0 may spoil what it reads from files");
            assertThat(LayerKeeping.of(wish, KernelReport.COMPLETE, false).word()).isEqualTo("erofs");
        }
    }

    @Test
    void foldersAreTakenWhereTheyAreWantedOrNothingElseCanBeHad() {
        assertThat(LayerKeeping.of(Wish.FOLDERS, KernelReport.COMPLETE, true)).isEqualTo(new LayerKeeping(false, "--layers folders says so"));
        LayerKeeping lacking = LayerKeeping.of(Wish.AUTO, WITHOUT, false);
        assertThat(lacking.word()).isEqualTo("folders");
        assertThat(lacking.describe())
                .startsWith("new layers are kept in folders: EROFS images as overlay's layers (Linux 5.19) is missing: fsopen erofs: ENODEV (No such device).")
                .contains("modprobe -a erofs loop");
    }

    @Test
    void whoWantsImagesAloneIsToldWhatIsMissing() {
        assertThatThrownBy(() -> LayerKeeping.of(Wish.EROFS, WITHOUT, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--layers erofs, but this host can't have layers so. EROFS images as overlay's layers (Linux 5.19) is missing: fsopen erofs: ENODEV");
    }
}
