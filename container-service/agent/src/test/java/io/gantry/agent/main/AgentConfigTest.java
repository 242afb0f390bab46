package io.gantry.agent.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.plan.HostGrant;
import io.gantry.agent.runtime.Grants;
import io.gantry.contracts.unit.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigTest {
    @Test
    void takesTheServicesAddressFromTheFlagElseFromTheEnvironment() {
        Map<String, String> environment = Map.of("GANTRY_SERVICE", "10.0.0.1:7086");
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").service()).isEmpty();
        assertThat(AgentConfig.parse(List.of(), environment, "h").service()).contains("10.0.0.1:7086");
        assertThat(AgentConfig.parse(List.of("--service", "control.example:7086"), environment, "h").service()).contains("control.example:7086");
    }

    @Test
    void takesAJoinTokenFromAFileThatGoesWithItsUse(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("join-token");
        TokenFile token = AgentConfig.parse(List.of("--token-file", file.toString()), Map.of("GANTRY_TOKEN", ""), "h").tokenFile().orElseThrow();
        assertThatThrownBy(token::read).hasMessage("--token-file " + file + " isn't there; gantry node token makes a token");
        Files.writeString(file, "\n");
        assertThatThrownBy(token::read).hasMessageContaining("is empty");
        Files.writeString(file, "secret\n");
        assertThat(token.read()).isEqualTo("secret");
        token.remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThat(AgentConfig.parse(List.of(), Map.of("GANTRY_TOKEN", ""), "h").token()).isEmpty();
    }

    @Test
    void refusesAnAddressWithoutItsPort() {
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--service", "10.0.0.1"), Map.of(), "h"))
                .hasMessage("--service is host:port, got '10.0.0.1'");
    }

    @Test
    void grantsNoFolderOfTheHostUnlessItIsToldTo() {
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").folderGrants()).isEmpty();
        assertThat(AgentConfig.parse(List.of("--allow-bind", "/srv/a/", "--allow-bind", "/srv/b:ro"), Map.of("GANTRY_ALLOW_BIND", "/opt, /mnt:ro"), "h").folderGrants())
                .containsExactly(new HostGrant("/opt", false), new HostGrant("/mnt", true), new HostGrant("/srv/a", false), new HostGrant("/srv/b", true));
        for (String wrong : List.of("srv", "/", "/srv/../etc", "")) {
            assertThatThrownBy(() -> AgentConfig.parse(List.of("--allow-bind", wrong), Map.of(), "h"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a granted folder is an absolute path without . and .., and not the root; got '" + wrong + "'");
        }
    }

    @Test
    void takesGrantsFromFlagsElseFromTheEnvironment() {
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").grants()).isEqualTo(Grants.NONE);
        assertThat(AgentConfig.parse(List.of("--allow", "device:/dev/net/tun", "--allow", "capability:SYS_ADMIN"), Map.of(), "h").grants())
                .isEqualTo(new Grants(Set.of(Capability.SYS_ADMIN), false, Set.of("/dev/net/tun")));
        assertThat(AgentConfig.parse(List.of(), Map.of("GANTRY_ALLOW", "seccomp:unconfined, device:/dev/fuse"), "h").grants())
                .isEqualTo(new Grants(Set.of(), true, Set.of("/dev/fuse")));
        assertThat(AgentConfig.parse(List.of("--allow", "namespace:pid", "--allow", "privileged"), Map.of(), "h").grants())
                .isEqualTo(new Grants(Set.of(), false, Set.of(), Set.of("pid"), true, false));
        assertThat(AgentConfig.parse(List.of("--label", "rack=7", "--allow", "device:/dev/fuse", "--allow", "seccomp:unconfined"), Map.of(), "h")
                        .shownLabels(new LayerKeeping(false, "")))
                .isEqualTo(Map.of("rack", "7", "gantry.allow", "device:/dev/fuse,seccomp:unconfined", "gantry.layers", "folders"));
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--allow", "all"), Map.of(), "h"))
                .hasMessage("--allow is capability:SYS_ADMIN, seccomp:unconfined, device:/dev/net/tun, namespace:network (or pid, ipc, uts), privileged or debug:privileged, got 'all'");
    }

    @Test
    void keepsLayersAsItIsToldOrAsItsKernelCan() {
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").layers()).isEqualTo(LayerKeeping.Wish.AUTO);
        assertThat(AgentConfig.parse(List.of("--layers", "erofs"), Map.of(), "h").layers()).isEqualTo(LayerKeeping.Wish.EROFS);
        assertThat(AgentConfig.parse(List.of(), Map.of("GANTRY_LAYERS", "folders"), "h").layers()).isEqualTo(LayerKeeping.Wish.FOLDERS);
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").layersMark()).isEqualTo(85);
        assertThat(AgentConfig.parse(List.of("--layers-mark", "100"), Map.of(), "h").layersMark()).isEqualTo(100);
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--layers-mark", "0"), Map.of(), "h")).hasMessage("--layers-mark is a percentage from 1 to 100, got '0'");
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--layers", "zfs"), Map.of(), "h"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--layers is auto, erofs or folders, got 'zfs'");
    }
}
