package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.api.ApiRelay;
import io.gantry.agent.api.PlayedGateway;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Mount;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The socket to the platform's API in a real container, reached through its own mounts. */
@Timeout(60)
class ApiSocketIT {
    @AutoClose private static final TestHost host = TestHost.make();
    @AutoClose private static PlayedGateway gateway;
    private final ContainerId id = TestHost.newId();

    @BeforeAll
    static void boot() throws Exception {
        gateway = new PlayedGateway(host.folder.resolve("gateway"));
        host.runtime.close();
        again();
    }

    private static void again() {
        host.boot(Means.usual().answering(new ApiRelay(() -> gateway.address(), gateway.tls())));
        host.runtime.recover();
    }

    private Running start(String script, Mount... mounts) throws Exception {
        return host.runtime.start(host.request(id, TestHost.shell(script).but().mounts(List.of(mounts)).build()));
    }

    @Test
    void aContainersSocketIsThereBeforeItsCommandAndGoneWithItsRun() throws Exception {
        Running running = start("stat -c '%a %u %F' /run/gantry/api/docker.sock; readlink /var/run/docker.sock; touch /run/gantry/api/x 2>&1; sleep 60", new Mount.Api(null, null));
        assertThat(say(running, "hello")).isEqualTo("5 bytes for " + id.value().substring(0, 32) + "." + id.value().substring(32) + ".container.gantry\n");
        Path folder = host.settings.run().resolve(id.value().substring(0, 16));
        assertThat(folder.resolve("api/docker.sock")).exists();
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.output(id)).isEqualTo("666 65534 socket\n/run/gantry/api/docker.sock\ntouch: /run/gantry/api/x: Read-only file system\n");
        assertThat(folder.resolve("api/docker.sock")).doesNotExist();
    }

    @Test
    void anAgentThatBeginsAnewAnswersOnTheSamePath() throws Exception {
        Running running = start("sleep 60", new Mount.Api("/custom.sock", null));
        assertThat(say(running, "one")).startsWith("3 bytes");
        host.runtime.close();
        assertThatThrownBy(() -> say(running, "none")).isInstanceOf(IOException.class);
        again();
        assertThat(say(running, "three")).startsWith("5 bytes");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void theNextRunHasOneOfItsOwn() throws Exception {
        start("true", new Mount.Api(null, null));
        host.awaitEnd(id);
        Running running = start("sleep 60", new Mount.Api(null, null));
        assertThat(say(running, "again")).startsWith("5 bytes");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void whoWasGivenNoneHasNone() throws Exception {
        start("ls /run/gantry /var/run/docker.sock 2>/dev/null; true");
        host.awaitEnd(id);
        assertThat(host.output(id)).isEmpty();
        assertThat(Files.exists(host.settings.run().resolve(id.value().substring(0, 16)).resolve("api"))).isFalse();
    }

    /** As a program in there would. */
    private static String say(Running running, String words) throws IOException {
        Path socket = Path.of("/proc", Integer.toString(running.pid()), "root/run/gantry/api/docker.sock");
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
            client.shutdownOutput();
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
