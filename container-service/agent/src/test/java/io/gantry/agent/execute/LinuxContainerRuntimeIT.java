package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinuxContainerRuntimeIT {
    private static TestHost host;

    @BeforeAll
    static void boot() throws Exception {
        host = TestHost.make();
    }

    @AfterAll
    static void close() throws Exception {
        host.close();
    }

    @Test
    void tellsTheExitCode() throws Exception {
        ContainerId id = TestHost.newId();
        assertThat(host.run(id, TestHost.shell("id; mount; cat /proc/self/cgroup; ls -la / /dev; cat /etc/hosts; exit 3")).code()).isEqualTo(3);
        System.out.println(host.output(id));
        host.runtime.remove(id);
        assertThat(Files.exists(host.runtime.folders().container(id))).isFalse();
    }
}
