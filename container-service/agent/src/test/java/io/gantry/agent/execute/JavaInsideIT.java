package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.Layer;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.MilliCpu;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM in a container, which is this machine's own JDK as a layer, sizes itself by the container's limits. */
@Timeout(60)
class JavaInsideIT {
    @Test
    void aJvmSizesItselfByItsLimits() throws Exception {
        try (TestHost host = TestHost.make()) {
            Path home = Path.of(System.getProperty("java.home")).toRealPath();
            // for the libraries it is linked to
            host.add(home.resolve("bin/java"), host.layer.resolve("bin/java-of-the-host"));
            host.add(home.resolve("lib/server/libjvm.so"), host.layer.resolve("tmp/libjvm.so"));
            host.add(home.resolve("lib/libjava.so"), host.layer.resolve("tmp/libjava.so"));
            ContainerId id = TestHost.newId();
            RunRequest alone = host.request(
                    id,
                    TestHost.limited(
                            TestHost.command("/bin/java", "-Xlog:gc+init", "-XshowSettings:system", "-version"),
                            Resources.limits().memory(Bytes.mebi(256)).cpu(new MilliCpu(1000)).build()));
            Layer java = new Layer.Folder(Digest.ofHex("cd".repeat(32)), home);
            RunRequest request = new RunRequest(alone.container(), alone.run(), List.of(alone.layers().getFirst(), java), alone.network());
            host.runtime.start(request);
            assertThat(host.awaitEnd(id).code()).as(host.output(id)).isZero();
            String output = host.output(id);
            assertThat(output).contains("Memory Limit: 256.00M", "Effective CPU Count: 1");
            assertThat(output).as("half of so little, and nothing of the host's").containsPattern("Heap Max Capacity: 12\\dM");
        }
    }
}
