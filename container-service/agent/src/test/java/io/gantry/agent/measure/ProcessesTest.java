package io.gantry.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.view.ContainerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    private static final Processes.Host HOST =
            new Processes.Host(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-01-01T00:01:00Z"), 1 << 30);

    private static ContainerProcess read(String name, byte[] arguments) {
        String stat = "4711 (" + name + ") S 4700 4711 4711 34816 0 4194560 0 0 0 0 120 30 0 0 20 0 1 0 5000 8388608 512 0 0\n";
        String status = "Name:\tx\nUid:\t17301537\t17301537\t17301537\t17301537\nNSpid:\t4711\t7\n";
        return Processes.read(4711, stat, status, arguments, 17_301_504, HOST);
    }

    @Test
    void readsWhatTheKernelSaysOfAProcess() {
        assertThat(read("nginx", "nginx\0-g\0daemon off;\0".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(
                        new ContainerProcess(
                                7, 4711, 4700, 33, Instant.parse("2026-01-01T00:00:50Z"), 1500, 15, 2 << 20, 0.2, 8 << 20, "S", "pts/0", "nginx", "nginx -g daemon off;"));
    }

    @Test
    void aNameMayLookLikeTheRestOfTheLine() {
        assertThat(read("a) R 1 (b", new byte[0])).satisfies(process -> {
            assertThat(process.command()).isEqualTo("[a) R 1 (b]");
            assertThat(process.state()).isEqualTo("S");
            assertThat(process.parent()).isEqualTo(4700);
        });
    }

    @Test
    void aNameIsNoLineOfItsOwnAndNothingForATerminal() {
        String stat = "4711 (x\rUid:\033[2J) S 4700 4711 4711 34816 0 4194560 0 0 0 0 120 30 0 0 20 0 1 0 5000 8388608 512 0 0\n";
        String status = "Name:\tx\rUid:\033[2J\nUid:\t17301537\t17301537\t17301537\t17301537\nNSpid:\t4711\t7\n";
        ContainerProcess process = Processes.read(4711, stat, status, "x\0\033[2J\0".getBytes(StandardCharsets.UTF_8), 17_301_504, HOST);
        assertThat(process.user()).isEqualTo(33);
        assertThat(process.name()).isEqualTo("x?Uid:?[2J");
        assertThat(process.command()).isEqualTo("x ?[2J");
    }
}
