package io.gantry.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeUse;
import org.junit.jupiter.api.Test;

class VolumeUsageTest {
    private static VolumeUse read(String told) {
        return VolumeUsage.use(Json.read(told, JsonNode.class));
    }

    @Test
    void understandsAgentsOfNowAndOfBefore() {
        VolumeUse use = new VolumeUse(new Bytes(5), "a project quota");
        assertThat(read(Json.write(use))).isEqualTo(use);
        assertThat(read("5")).isEqualTo(new VolumeUse(new Bytes(5), null));
    }
}
