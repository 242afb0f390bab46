package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshAgentsTest {
    @TempDir private Path folder;

    @Test
    void agentsAreNamedByTheEnvironmentOrByTheirSockets() throws Exception {
        Path agent = folder.resolve("agent");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(agent));
            assertThat(SshAgents.of(List.of("default", "other=" + agent), Map.of("SSH_AUTH_SOCK", agent.toString()))).isEqualTo(Map.of("default", agent, "other", agent));
        }
        assertThat(SshAgents.of(List.of(), Map.of())).isEmpty();
    }

    @Test
    void whatIsNoAgentIsRefused() throws Exception {
        Path key = Files.writeString(folder.resolve("id_ed25519"), "key");
        refused(List.of("default"), "--ssh default: SSH_AUTH_SOCK names no agent; begin one with eval $(ssh-agent) and ssh-add, or write --ssh default=SOCKET");
        refused(List.of("a=" + key), "--ssh a=" + key + ": " + key + " is not the socket of an agent; a key is given to one with ssh-add " + key);
        refused(List.of("a=/nowhere"), "--ssh a=/nowhere: there is no /nowhere; is the agent still there?");
    }

    private static void refused(List<String> options, String why) {
        assertThatThrownBy(() -> SshAgents.of(options, Map.of())).isInstanceOf(IllegalArgumentException.class).hasMessage(why);
    }
}
