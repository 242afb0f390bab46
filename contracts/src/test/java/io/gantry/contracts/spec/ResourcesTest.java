package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
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

    @Test
    void saysNothingInJsonThatIsNotOneOfItsFields() {
        Resources resources = Resources.limits().shm(Bytes.mebi(1)).build();
        assertThat(Json.read(Json.write(resources), Resources.class)).isEqualTo(resources);
        assertThat(Json.write(resources)).doesNotContain("sharedMemory");
    }
}
