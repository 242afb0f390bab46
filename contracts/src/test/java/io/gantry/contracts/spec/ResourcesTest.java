package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourcesTest {
    @ParameterizedTest
    @CsvSource({"4, 4", "32, 32", "64, 64", "100, 64", "128, 64", "512, 256", "4096, 2048"})
    void sharedMemoryIsHalfOfTheMemoryAtLeast64MebibytesNeverMoreThanAll(int memory, int shared) {
        assertThat(Resources.limits().memory(Bytes.mebi(memory)).build().sharedMemory()).isEqualTo(Bytes.mebi(shared));
    }

    @Test
    void sharedMemoryThatIsAskedForIsThat() {
        assertThat(Resources.limits().memory(Bytes.mebi(64)).shm(Bytes.mebi(1)).build().sharedMemory()).isEqualTo(Bytes.mebi(1));
    }

    /** In mebibytes and thousandths of a core. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-,    -,   -,   64, -,    -,   0",
        "1024, -,   -, 1024, 500,  -, 500",
        "32,   -,   -,   32, 500,  0,   0",
        "-,  100,   -,  100, 500, 50,  50",
        "1024, 100, -,  100, -,   50,  50",
        "1024, 100, 7,    7, -,    0,   0"
    })
    void whatIsRequestedIsWhatIsAllowedUnlessLessIsSaid(Integer memory, Integer reservation, Integer said, int requested, Integer cpu, Integer saidCpu, int requestedCpu) {
        Resources resources = Resources.limits().memory(mebi(memory)).memoryReservation(mebi(reservation)).memoryRequest(mebi(said)).cpu(milli(cpu)).cpuRequest(milli(saidCpu)).build();
        assertThat(resources.memoryRequest()).isEqualTo(Bytes.mebi(requested));
        assertThat(resources.requestedCpu()).isEqualTo(milli(requestedCpu));
        assertThat(Json.read(Json.write(resources), Resources.class)).isEqualTo(resources);
    }

    @Test
    void whatIsSaidAnewIsRequestedAnew() {
        Resources docker = Resources.limits().cpu(new MilliCpu(500)).cpuRequest(MilliCpu.ZERO).build();
        assertThat(docker.but().pids(9).build().requestedCpu()).isEqualTo(MilliCpu.ZERO);
        assertThat(docker.but().cpu(new MilliCpu(700)).build().requestedCpu()).isEqualTo(new MilliCpu(700));
        assertThat(Resources.DEFAULT.but().memory(Bytes.mebi(512)).build().memoryRequest()).isEqualTo(Bytes.mebi(512));
        assertThat(Resources.DEFAULT.but().memoryReservation(Bytes.mebi(100)).build().memoryRequest()).isEqualTo(Bytes.mebi(100));
    }

    private static Bytes mebi(Integer count) {
        return count == null ? null : Bytes.mebi(count);
    }

    private static MilliCpu milli(Integer count) {
        return count == null ? null : new MilliCpu(count);
    }

    @Test
    void saysNothingInJsonThatIsNotOneOfItsFields() {
        Resources resources = Resources.limits().shm(Bytes.mebi(1)).build();
        assertThat(Json.read(Json.write(resources), Resources.class)).isEqualTo(resources);
        assertThat(Json.write(resources)).doesNotContain("sharedMemory");
    }
}
