package io.gantry.kernel.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.TwinCalls;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OverlayMountsTest {
    private final TwinCalls twin = new TwinCalls();

    private List<String> mount(int layers, OverlayMounts.Layers how, OverlayMounts.Source source) {
        List<Fd> lowers = Stream.generate(twin::fd).limit(layers).toList();
        new OverlayMounts(twin.calls(), how, source).mount(lowers, twin.fd(), false, 0);
        return twin.made.stream().filter(line -> line.contains("lowerdir")).map(line -> line.replaceAll("^fsSet fd \\d+ ", "")).toList();
    }

    @Test
    void tellsLayersOneByOneFromTheHighest() {
        assertThat(mount(2, OverlayMounts.Layers.ONE_BY_ONE, OverlayMounts.Source.DETACHED)).containsExactly("lowerdir+ /proc/self/fd/101", "lowerdir+ /proc/self/fd/100");
    }

    @Test
    void putsThemAmongItsOwnMountsWhereTheKernelTakesNothingElse() {
        assertThat(mount(2, OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED)).containsExactly("lowerdir /dev/0:/dev/1");
        assertThat(twin.made.stream().filter(line -> line.startsWith("attach")).map(line -> line.replaceAll("fd \\d+ ", "")))
                .containsExactly("attach /dev", "attach /dev/0", "attach /dev/1", "attach /dev/W");
    }

    @Test
    void readsThemOnlyInTheSameWay() {
        List<Fd> lowers = Stream.generate(twin::fd).limit(2).toList();
        new OverlayMounts(twin.calls(), OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED).union(lowers).close();
        assertThat(twin.made.stream().filter(line -> line.contains("lowerdir"))).singleElement().asString().endsWith("lowerdir /dev/0:/dev/1");
        assertThat(twin.made).contains("attach fd 100 /dev/1", "attach fd 101 /dev/0");
    }

    @Test
    void refusesMoreLayersThanTheStringHolds() {
        assertThat(mount(36, OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED)).hasSize(1);
        assertThatThrownBy(() -> mount(37, OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED))
                .isInstanceOfSatisfying(SyscallFailure.class, e -> assertThat(e.errno()).isEqualTo(Errno.E2BIG))
                .hasMessageContaining("37 layers");
    }
}
