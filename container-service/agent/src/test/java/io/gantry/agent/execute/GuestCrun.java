package io.gantry.agent.execute;

import static io.gantry.agent.execute.GuestMain.holds;
import static io.gantry.agent.execute.GuestMain.same;

import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.Map;

/** Containers whose first process crun makes, where cgroup v2 is all there is. */
final class GuestCrun {
    private final TestHost host;

    GuestCrun(TestHost host) {
        this.host = host;
    }

    void all(GuestMain guest) {
        guest.check("crunRunsAsTheSpecSays", this::spec);
        guest.check("crunsContainerEndsByItsMemoryLimit", this::memory);
        guest.check("crunsForkBombEndsAtThePidsLimit", this::pids);
        guest.check("crunsContainerSeesItsOwnGroupReadOnly", this::view);
        guest.check("crunsContainerCannotOpenTheHostsDevices", this::devices);
        guest.check("crunsContainerIsSentSignals", this::signal);
    }

    private record Ended(Exit exit, String output) {}

    private Ended run(ContainerSpec spec) throws Exception {
        ContainerId id = TestHost.newId();
        try {
            Exit exit = host.run(id, spec.but().runtime("crun").build());
            return new Ended(exit, host.output(id));
        } finally {
            host.runtime.remove(id);
        }
    }

    private Ended run(String script, ResourcesBuilder limits) throws Exception {
        return run(TestHost.limited(TestHost.shell(script), limits.build()));
    }

    private void spec() throws Exception {
        Ended ended = run(TestHost.shell("id -u; pwd; hostname; echo $COLOUR; exit 7")
                .but().user("web").workingDir("/srv/made").hostname("shop").env(Map.of("COLOUR", "green")).build());
        same(ended.output, "33\n/srv/made\nshop\ngreen\n");
        same(ended.exit.code(), 7);
    }

    private void memory() throws Exception {
        Ended ended = run("x=a; while true; do x=$x$x; done", Resources.limits().memory(Bytes.mebi(16)));
        same(ended.exit.reason(), Observed.ExitReason.OUT_OF_MEMORY);
    }

    private void pids() throws Exception {
        Ended ended = run("i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo all", Resources.limits().pids(10));
        holds(ended.output.contains("can't fork") && !ended.output.contains("all"), ended.output);
    }

    private void view() throws Exception {
        Ended ended = run(
                "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max /proc/self/cgroup; (echo 1 > /sys/fs/cgroup/memory.max) 2> /dev/null || echo no",
                Resources.limits().memory(Bytes.mebi(16)).cpu(new MilliCpu(1500)));
        same(ended.output, "16777216\n150000 100000\n0::/\nno\n");
    }

    /** By a process of the host in its group, so that nothing but the group says no. */
    private void devices() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, TestHost.shell("sleep 100").but().runtime("crun").build()));
        String refused = GuestMain.shell("echo $$ > " + GuestMain.group(host) + "/cgroup.procs && head -c 1 /dev/zero | wc -c; head -c 1 /dev/vda 2>&1");
        holds(refused.startsWith("1\n") && refused.contains("Operation not permitted"), refused);
        host.runtime.remove(id);
    }

    private void signal() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, TestHost.shell("trap 'echo bye; exit 7' TERM; echo up; while true; do sleep 0.1; done").but().runtime("crun").build()));
        host.awaitOutput(id, "up");
        host.runtime.signal(id, "SIGTERM");
        same(host.awaitEnd(id).code(), 7);
        same(host.output(id), "up\nbye\n");
        host.runtime.remove(id);
    }
}
