package io.gantry.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.view.ContainerStats;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelTextTest {
    @Test
    void readsNamesAndNumbers() {
        assertThat(KernelText.numbers("usage_usec 12\nuser_usec 7\nrss: 3\ncpu 1 2 3\nname x\n"))
                .isEqualTo(Map.of("usage_usec", 12L, "user_usec", 7L, "rss", 3L));
    }

    @Test
    void noLimitIsNone() {
        assertThat(KernelText.limit("max\n")).isNull();
        assertThat(KernelText.limit("9223372036854771712\n")).isNull();
        assertThat(KernelText.limit("67108864\n")).isEqualTo(67_108_864L);
    }

    @Test
    void readsPressure() {
        assertThat(KernelText.stall("some avg10=1.25 avg60=0.50 avg300=0.01 total=12345\nfull avg10=0.75 avg60=0.25 avg300=0.00 total=99\n"))
                .isEqualTo(new ContainerStats.Stall(1.25, 0.5, 12_345, 0.75, 0.25, 99));
        assertThat(KernelText.stall("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n").fullTotalMicros()).isZero();
    }

    @Test
    void readsInterfacesWithoutLoopback() {
        String text =
                """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
                  eth0: 1234567     890    1    2    0     0          0         0     4321      65    3    4    0     0       0          0
                """;
        assertThat(KernelText.networks(text)).containsExactly(new ContainerStats.Network("eth0", 1_234_567, 890, 1, 2, 4321, 65, 3, 4));
    }

    @Test
    void addsUpTheHostsTime() {
        String text = "cpu  10 20 30 40 50 60 70 80 900 900\ncpu0 5 10 15 20 25 30 35 40 0 0\ncpu1 5 10 15 20 25 30 35 40 0 0\nintr 5\n";
        assertThat(KernelText.hostNanos(text)).isEqualTo(360 * 10_000_000L);
        assertThat(KernelText.cores(text)).isEqualTo(2);
    }
}
