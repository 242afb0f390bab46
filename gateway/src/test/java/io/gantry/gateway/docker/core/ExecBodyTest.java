package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecBodyTest {
    @Test
    void takesWhatTheCliSends() {
        var spec = ExecBody.read(json("""
                {"User": "", "Privileged": false, "Tty": false, "AttachStdin": true, "AttachStderr": true, "AttachStdout": true, "Detach": false, "DetachKeys": "",
                 "ConsoleSize": [24, 80], "Env": ["A=b"], "WorkingDir": "/srv", "Cmd": ["ls"]}
                """));
        assertThat(spec.command()).isEqualTo(List.of("ls"));
        assertThat(spec.env()).isEqualTo(Map.of("A", "b"));
        assertThat(spec.workingDir()).isEqualTo("/srv");
        assertThat(spec.stdin()).isTrue();
        assertThat(ExecBody.detached(json("{\"Detach\": true, \"Tty\": false, \"ConsoleSize\": [24, 80]}"))).isTrue();
    }

    @Test
    void takesTheKeysThatLeaveItRunning() {
        assertThat(ExecBody.detachKeys(json("{\"Cmd\": [\"sh\"], \"DetachKeys\": \"ctrl-a,b\"}"))).isEqualTo("ctrl-a,b");
        assertThat(ExecBody.detachKeys(json("{\"Cmd\": [\"sh\"], \"DetachKeys\": \"\"}"))).isEqualTo("ctrl-p,ctrl-q");
    }

    @Test
    void refusesByNameWhatItCannotDo() {
        assertThatThrownBy(() -> ExecBody.read(json("{\"Cmd\": [\"ls\"], \"Privileged\": true}"))).hasMessageStartingWith("Privileged is not supported yet");
        assertThatThrownBy(() -> ExecBody.keys("ctrl-")).isInstanceOf(DockerRefusal.class).hasMessageContaining("'ctrl-' is no key");
    }

    private static JsonNode json(String text) {
        return Json.read(text, JsonNode.class);
    }
}
