package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerPatch;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateBodyTest {
    private static final ContainerSpec SPEC =
            ContainerSpec.from(ImageRef.parse("web")).resources(Resources.limits().memory(Bytes.mebi(64)).pids(9).build()).build();

    private static Optional<ContainerPatch> read(String body) {
        return UpdateBody.read(Json.read(body.replace('\'', '"'), JsonNode.class), SPEC);
    }

    @Test
    void saysOnlyWhatChanges() {
        ContainerPatch patch = read("{'Memory': 134217728, 'PidsLimit': 9, 'CpuShares': 0, 'CpusetCpus': '', 'BlkioDeviceReadBps': null}").orElseThrow();
        assertThat(Json.write(patch)).isEqualTo("{\"resources\":{\"memory\":134217728,\"memoryRequest\":134217728}}");
        assertThat(Json.write(read("{'NanoCpus': 700000000}").orElseThrow())).as("a limit is no claim").isEqualTo("{\"resources\":{\"cpu\":700,\"cpuRequest\":0}}");
    }

    @Test
    void swapIsCountedFromTheMemoryItHas() {
        assertThat(Json.write(read("{'MemorySwap': 67108865}").orElseThrow().resources())).isEqualTo("{\"swap\":1}");
        assertThatThrownBy(() -> read("{'MemorySwap': 1}")).isInstanceOf(DockerRefusal.class).hasMessageContaining("Minimum memoryswap");
    }

    @Test
    void aRestartPolicyAloneIsAnUpdateAndNothingIsNone() {
        assertThat(read("{'RestartPolicy': {'Name': 'always', 'MaximumRetryCount': 0}}").orElseThrow()).isEqualTo(new ContainerPatch(null, RestartPolicy.ALWAYS));
        assertThat(read("{'RestartPolicy': {'Name': '', 'MaximumRetryCount': 0}, 'Memory': 0}")).isEmpty();
    }

    @Test
    void refusesByNameWhatItCannotDo() {
        assertThatThrownBy(() -> read("{'KernelMemory': 5}")).hasMessageContaining("KernelMemory is not supported yet");
        assertThatThrownBy(() -> read("{'CpuRealtimePeriod': 5}")).hasMessageContaining("CpuRealtimePeriod is not supported yet");
    }
}
