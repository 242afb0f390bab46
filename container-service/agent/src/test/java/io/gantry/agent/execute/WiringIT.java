package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A running container comes onto other networks while its agent is killed at whatever it does: the next one ends at what is wanted then. */
@Timeout(180)
class WiringIT {
    @AutoClose private final TestHost host = TestHost.make().bridged();
    @AutoClose private final TestBridge beside = new TestBridge(TestBridge.beside(host.node));
    private final ContainerId id = TestHost.newId();
    private final Attachment first = TestBridge.attachment(host.node, 5);
    private final List<Attachment> others = WiringAgent.others(host.node);

    private Running start() throws Exception {
        RunRequest plain = host.request(id, TestHost.shell("echo up; sleep 1000"));
        Running running = host.runtime.start(new RunRequest(plain.container(), 1, plain.layers(), List.of(first), plain.files()));
        host.awaitOutput(id, "up");
        return running;
    }

    @Test
    void anAgentKilledAfterAnyDeedIsFollowedByOneThatEndsAtWhatIsWanted() throws Exception {
        int deeds = deeds();
        assertThat(deeds).isEqualTo(9);
        for (int deed = 1; deed <= deeds; deed++) {
            Running running = start();
            host.runtime.close();
            assertThat(killedAfter(deed)).as(Files.readString(host.folder.resolve("agent.log"))).isEqualTo(137);
            host.boot(StepListener.NONE);
            host.runtime.recover();
            // every other time it isn't wanted any more
            List<Attachment> wanted = deed % 2 == 0 ? List.of(first) : others;
            host.runtime.rewire(id, wanted);
            assertConnected(running, wanted, "after deed " + deed);
            host.runtime.rewire(id, deed % 2 == 0 ? others : List.of(first));
            assertConnected(running, deed % 2 == 0 ? others : List.of(first), "then the other way, after deed " + deed);
            host.runtime.remove(id);
            assertThat(host.bridge.cables(5, 6)).isEmpty();
            assertThat(beside.cables(3)).isEmpty();
        }
        assertThat(host.leftovers()).isEmpty();
    }

    /** An agent is killed, and the container ends before the next one comes. */
    @Test
    void nothingIsLeftOfWhatEndsBetweenTwoAgents() throws Exception {
        for (int deed = 1; deed <= 9; deed++) {
            Running running = start();
            host.runtime.close();
            assertThat(killedAfter(deed)).isEqualTo(137);
            ProcessHandle.of(running.pid()).orElseThrow().destroyForcibly();
            host.boot(StepListener.NONE);
            host.runtime.recover();
            host.runtime.remove(id);
            assertThat(host.bridge.cables(5, 6)).as("after deed %d", deed).isEmpty();
            assertThat(beside.cables(3)).as("after deed %d", deed).isEmpty();
        }
        assertThat(host.leftovers()).isEmpty();
    }

    private void assertConnected(Running running, List<Attachment> wanted, String when) throws Exception {
        List<String> addresses = inside(running, "ip -o -4 address show scope global | awk '{print $4}' | sort");
        assertThat(addresses).as(when).containsExactlyInAnyOrderElementsOf(wanted.stream().map(one -> one.address() + "/24").toList());
        assertThat(inside(running, "ip -o link | grep -c eth")).as(when).containsExactly(Integer.toString(wanted.size()));
        assertThat(inside(running, "ip route show default | awk '{print $3}'")).as(when).containsExactly(wanted.getFirst().gateway().toString());
        List<String> named = Files.readAllLines(Path.of("/proc/" + running.pid() + "/root/etc/hosts"));
        assertThat(named).as(when).containsExactlyInAnyOrderElementsOf(expectedHosts(wanted));
        List<String> here = new ArrayList<>(List.of(first.hostInterface()));
        others.forEach(one -> here.add(one.hostInterface()));
        here.removeIf(name -> beside.links.indexOf(name).isEmpty());
        assertThat(here).as(when).containsExactlyInAnyOrderElementsOf(wanted.stream().map(Attachment::hostInterface).toList());
        assertThat(host.runtime.isolation(id).drift()).as(when).isEmpty();
    }

    private List<String> expectedHosts(List<Attachment> wanted) {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1\tlocalhost"));
        wanted.forEach(one -> lines.add(one.address() + "\t" + id.shortForm()));
        return lines;
    }

    private static List<String> inside(Running running, String script) throws Exception {
        Process process = new ProcessBuilder("nsenter", "-t", Integer.toString(running.pid()), "-n", "sh", "-c", script).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        process.waitFor();
        return lines;
    }

    private int deeds() throws Exception {
        AtomicInteger deeds = new AtomicInteger();
        host.runtime.close();
        host.boot(Means.usual().wiring(_ -> deeds.incrementAndGet()));
        start();
        host.runtime.rewire(id, others);
        host.runtime.remove(id);
        return deeds.get();
    }

    private int killedAfter(int deed) throws Exception {
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                        WiringAgent.class.getName(), host.folder.toString(), host.node, id.value(), Integer.toString(deed))
                .redirectErrorStream(true)
                .redirectOutput(host.folder.resolve("agent.log").toFile())
                .start();
        return agent.waitFor();
    }
}
