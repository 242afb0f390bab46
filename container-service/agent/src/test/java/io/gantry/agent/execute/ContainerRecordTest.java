package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.ImageRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerRecordTest {
    private static ContainerRecord record(List<Plug> plugs) {
        var container = TestHost.request(TestHost.newId(), ContainerSpec.of(ImageRef.parse("x:1"), "true"), 1, Optional.empty(), Path.of("/")).container();
        return new ContainerRecord(container, 1, 3, plugs, 4711, null, null, "boot", null, null, true);
    }

    @Test
    void isReadAsItWasWritten() {
        ContainerRecord record = record(List.of(Plug.of("eth0", TestBridge.attachment("t00000000", 5)), Plug.of("eth3", TestBridge.attachment("t00000000", 6))));
        assertThat(Json.read(Json.write(record), ContainerRecord.class)).isEqualTo(record);
    }

    @Test
    void oneOfAnAgentThatKnewOneCableIsRead() {
        ObjectNode json = Json.mapper().valueToTree(record(List.of()));
        json.remove("plugs");
        json.put("hostInterface", "g0007");
        assertThat(Json.read(json.toString(), ContainerRecord.class).plugs()).containsExactly(new Plug("g0007", "eth0", null));
        json.putNull("hostInterface");
        assertThat(Json.read(json.toString(), ContainerRecord.class).plugs()).isEmpty();
    }
}
