package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.link.TestIdentity;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent that can't begin its work says why and ends, so that whoever keeps it running sees it. */
@Timeout(60)
class UnstartableAgentIT {
    @AutoClose private final TestHost host = TestHost.make();

    @Test
    void endsWhenItsPortIsTaken() throws Exception {
        TestIdentity.save(host.settings.data(), "127.0.0.1:1");
        try (ServerSocket taken = new ServerSocket(0)) {
            Process agent = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), "io.gantry.agent.main.AgentMain",
                            "--data-dir", host.settings.data().toString(), "--run-dir", host.settings.run().toString(), "--name", host.node,
                            "--cgroup-parent", "gantry-test", "--first-id", String.valueOf(host.settings.firstId()), "--id-ranges", "32",
                            "--parked", "0", "--stream-port", String.valueOf(taken.getLocalPort()))
                    .directory(host.folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(host.folder.resolve("agent.log").toFile())
                    .start();
            try {
                boolean ended = agent.waitFor(30, TimeUnit.SECONDS);
                String said = Files.readString(host.folder.resolve("agent.log"));
                assertThat(ended).as("the process ends; it said " + said).isTrue();
                assertThat(agent.exitValue()).as(said).isEqualTo(1);
                assertThat(said).contains("the agent can't start", "streams can't be served on 0.0.0.0:" + taken.getLocalPort() + " (--stream-port): ");
            } finally {
                agent.destroyForcibly();
            }
        }
    }
}
