package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.IsolationView.Drift;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody changes by hand, past the agent, is seen as other than it was asked for; and nothing else is. */
@Timeout(60)
class DriftIT {
    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make().bridged();

    private static ResourcesBuilder limits() {
        return Resources.limits().cpu(new MilliCpu(1500)).cpuWeight(200).cpuset("0").memory(Bytes.mebi(64)).pids(50).oomScore(10);
    }

    private static ContainerSpec spec(ResourcesBuilder limits) {
        return TestHost.shell("echo up; sleep 1000").but()
                .resources(limits.build())
                .mounts(List.of(new Mount.Tmpfs("/scratch", Bytes.mebi(1), 0777, false, false)))
                .build();
    }

    private Running start() throws Exception {
        Running running = host.runtime.start(host.request(id, spec(limits()), 1, Optional.of(TestBridge.attachment(host.node, 5))));
        host.awaitOutput(id, "up");
        return running;
    }

    private List<Drift> drift() {
        return host.runtime.isolation(id).drift();
    }

    @Test
    void nothingIsOtherwiseUntilSomebodyChangesIt() throws Exception {
        Running running = start();
        assertThat(drift()).isEmpty();

        Files.writeString(host.group("pids").resolve("pids.max"), "99");
        Files.writeString(host.group("memory").resolve("memory.soft_limit_in_bytes"), "1048576");
        Files.writeString(host.group("cpu").resolve("cpu.shares"), "1000");
        assertThat(drift()).extracting(Drift::what).contains("limit pids.max", "limit cpu.shares");
        assertThat(drift()).contains(new Drift("limit pids.max", "50", "99"));

        HostileHost.run("nsenter", "-t", Integer.toString(running.pid()), "-m", "umount", "/scratch");
        assertThat(drift()).contains(new Drift("mount /scratch", "mounted", "not mounted"));

        HostileHost.run("nsenter", "-t", Integer.toString(running.pid()), "-m", "umount", "/proc/meminfo");
        assertThat(drift()).contains(new Drift("mount /proc/meminfo", "mounted", "not mounted"));

        String cable = TestBridge.attachment(host.node, 5).hostInterface();
        String inside = Integer.toString(running.pid());
        HostileHost.run("nsenter", "-t", inside, "-n", "ip", "route", "delete", "default");
        assertThat(drift()).contains(new Drift("network", cable + " to eth0", "eth0 has no way out"));
        HostileHost.run("nsenter", "-t", inside, "-n", "ip", "link", "set", "eth0", "down");
        assertThat(drift()).contains(new Drift("network", cable + " to eth0", "eth0 is down"));
        HostileHost.run("ip", "link", "set", cable, "down");
        assertThat(drift()).contains(new Drift("network", cable + " to eth0", cable + " is down"));
        HostileHost.run("ip", "link", "delete", cable);
        assertThat(drift()).contains(new Drift("network", cable + " to eth0", "there is no " + cable));
    }

    @Test
    void whatIsAskedForOtherwiseIsNoDrift() throws Exception {
        Security security = new Security(
                List.of("NET_ADMIN"), List.of("CHOWN"), false, null, false, List.of("/proc/meminfo"), List.of("/tmp"), Map.of("net.core.somaxconn", "77"), null);
        ContainerSpec plain = spec(limits());
        List<Mount> mounts = List.of(plain.mounts().getFirst(), new Mount.Secret("db", "/run/secrets/db", null, null, null, null));
        ContainerSpec spec = plain.but().readOnlyRoot(true).security(security).user("1000").tty(true).mounts(mounts).build();
        KeptFiles files = new KeptFiles(List.of(new KeptFiles.One("secret", "db", new byte[] {1, 2, 3})));
        RunRequest asked = host.request(id, spec, List.of(HaltingLife.VOLUME));
        host.runtime.start(new RunRequest(asked.container(), asked.run(), asked.layers(), asked.network(), files));
        host.awaitOutput(id, "up");
        assertThat(drift()).isEmpty();
        HostileHost.run("nsenter", "-t", Integer.toString(host.runtime.processes(id).getFirst().nodePid()), "-m", "umount", HaltingLife.VOLUME.target());
        assertThat(drift()).containsExactly(new Drift("mount " + HaltingLife.VOLUME.target(), "mounted", "not mounted"));
    }

    @Test
    void anUpdateIsNoDrift() throws Exception {
        start();
        Desired.Container c = host.request(id, spec(limits().pids(77).memory(Bytes.mebi(128)))).container();
        assertThat(host.runtime.update(TestHost.updated(c, c.spec().resources()))).isEmpty();
        assertThat(drift()).isEmpty();
        Files.writeString(host.group("pids").resolve("pids.max"), "50");
        assertThat(drift()).containsExactly(new Drift("limit pids.max", "77", "50"));
    }

    @Test
    void whatAPlanLeftOutIsNamed() throws Exception {
        host.runtime.close();
        Set<Protection> off = Set.of(Protection.SYSTEM_CALL_FILTER, Protection.FEW_CAPABILITIES, Protection.NO_NEW_PRIVILEGES, Protection.MASKED_PATHS);
        host.boot(Means.usual().planning(input -> Protection.without(ContainerPlanner.plan(input), off)));
        start();
        assertThat(drift()).extracting(Drift::what).contains("system-call-filter", "capabilities", "no-new-privileges", "mount /proc/kallsyms");
    }
}
