package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.IsolationView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container in namespaces of another. */
@Timeout(60)
class SharedNamespacesIT {
    private static final List<String> ALL = List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup");
    private static final String WAIT = "trap 'exit 0' TERM; echo up; while true; do sleep 0.05; done";
    private final ContainerId owner = TestHost.newId();
    private final ContainerId guest = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make().bridged();

    private Attachment cable() {
        return TestBridge.attachment(host.node, 5);
    }

    private Running own(String script) throws Exception {
        Running running = host.runtime.start(host.request(owner, TestHost.shell(script), 1, Optional.of(cable())));
        host.awaitOutput(owner, "up");
        return running;
    }

    private ContainerSpec network(String script) {
        return TestHost.shell(script).but().network("container:" + owner).build();
    }

    private ContainerSpec sharing(String script, boolean ipc, boolean pid) {
        String with = "container:" + owner;
        return TestHost.shell(script).but().namespaces(new Namespaces(ipc ? with : null, pid ? with : null)).build();
    }

    private Running join(ContainerSpec spec) throws Exception {
        Running running = host.runtime.start(host.request(guest, spec));
        host.awaitOutput(guest, "up");
        return running;
    }

    private static Set<String> common(Running one, Running other) throws IOException {
        Set<String> same = new TreeSet<>();
        for (String name : ALL) {
            if (link(one.pid(), name).equals(link(other.pid(), name))) {
                same.add(name);
            }
        }
        return same;
    }

    private static String link(int pid, String name) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + name)).toString();
    }

    private static String map(Running running) throws IOException {
        return Files.readString(Path.of("/proc/" + running.pid() + "/uid_map")).strip();
    }

    private String say(ContainerId id, String... command) throws Exception {
        try (var session = host.runtime.exec(id, new ExecSpec(List.of(command), null, null, null, false, false))) {
            return new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void end(ContainerId id) throws Exception {
        host.runtime.kill(id);
        host.awaitEnd(id);
        host.runtime.remove(id);
    }

    @Test
    void twoOfOneNetworkReachEachOtherByLoopback() throws Exception {
        Running first = own("nc -ll -p 8080 -e echo from the owner & echo up; wait");
        Running second = join(network("nc -ll -p 9090 -e echo from the guest & echo up; wait"));
        assertThat(say(guest, "nc", "127.0.0.1", "8080")).isEqualTo("from the owner\n");
        assertThat(say(owner, "nc", "127.0.0.1", "9090")).isEqualTo("from the guest\n");
        assertThat(common(first, second)).containsExactly("net", "user");
        assertThat(map(second)).as("one user namespace, one range of ids").isEqualTo(map(first));
        assertThat(say(guest, "ip", "-o", "-4", "address", "show", "eth0")).contains("inet " + cable().address() + "/24");
        for (String file : List.of("/etc/hosts", "/etc/resolv.conf", "/etc/hostname")) {
            assertThat(say(guest, "cat", file)).as(file).isEqualTo(say(owner, "cat", file)).isNotEmpty();
        }
        assertThat(say(guest, "hostname")).isEqualTo(owner.shortForm() + "\n");
        end(guest);
        end(owner);
        assertThat(host.leftovers()).isEmpty();
        assertThat(host.bridge.cables(5)).isEmpty();
    }

    @Test
    void whatIsNotSharedIsItsOwn() throws Exception {
        own("echo secret > /tmp/mine; (sleep 4321 &) ; echo up; while true; do sleep 0.05; done");
        join(network(WAIT));
        assertThat(say(guest, "ls", "/tmp")).isEmpty();
        assertThat(say(guest, "ps")).doesNotContain("4321");
        assertThat(say(guest, "ls", "/dev/shm")).isEmpty();
    }

    @Test
    void twoOfOneIpcNamespaceHaveTheSameSharedMemory() throws Exception {
        Running first = own("echo of the owner > /dev/shm/one; " + WAIT);
        Running second = join(sharing("echo of the guest > /dev/shm/two; " + WAIT, true, false));
        assertThat(say(guest, "cat", "/dev/shm/one")).isEqualTo("of the owner\n");
        assertThat(say(owner, "cat", "/dev/shm/two")).isEqualTo("of the guest\n");
        assertThat(common(first, second)).containsExactly("ipc", "user");
        assertThat(say(guest, "grep", " /dev/shm ", "/proc/mounts")).contains("tmpfs", "nosuid", "nodev", "noexec");
    }

    @Test
    void twoOfOnePidNamespaceSeeAndSignalEachOtherAndEndTogether() throws Exception {
        Running first = own("trap 'echo heard' USR1; echo up; while true; do sleep 0.05; done");
        Running second = join(sharing("(sleep 4321 &) ; " + WAIT, false, true));
        assertThat(common(first, second)).containsExactly("pid", "user");
        assertThat(say(owner, "ps")).contains("sleep 4321");
        say(guest, "kill", "-USR1", "2");
        host.awaitOutput(owner, "heard");
        host.runtime.kill(owner);
        // the kernel ends all of a pid namespace with its process 1
        TestHost.End one = host.ends.poll(20, TimeUnit.SECONDS);
        TestHost.End other = host.ends.poll(20, TimeUnit.SECONDS);
        assertThat(Set.of(one.id(), other.id())).containsExactlyInAnyOrder(owner, guest);
        assertThat(List.of(one.exit().code(), other.exit().code())).containsExactly(137, 137);
    }

    @Test
    void whatTheGuestLeavesBehindEndsWithIt() throws Exception {
        own(WAIT);
        join(sharing("(sleep 4321 &) ; echo up; sleep 0.2; exit 3", false, true));
        assertThat(host.awaitEnd(guest).code()).isEqualTo(3);
        host.runtime.remove(guest);
        assertThat(say(owner, "ps")).doesNotContain("4321");
    }

    @Test
    void whatTheGuestLeavesBehindMayTalkOnWithoutEnd() throws Exception {
        own(WAIT);
        join(sharing("echo up; sleep 0.3; for i in 1 2 3; do cat /dev/zero & cat /dev/zero >&2 & done; exit 3", false, true));
        assertThat(host.awaitEnd(guest).code()).isEqualTo(3);
        host.runtime.remove(guest);
        assertThat(say(owner, "ps")).doesNotContain("zero");
    }

    @Test
    void theOwnersEndLeavesTheNamespaceAndTheIdsWithTheGuest() throws Exception {
        String ids = map(own(WAIT));
        Running second = join(network(WAIT));
        String network = link(second.pid(), "net");
        end(owner);
        assertThat(host.bridge.cables(5)).as("the address went with the container that it was leased to").isEmpty();
        assertThat(link(second.pid(), "net")).isEqualTo(network);
        assertThat(say(guest, "ip", "-o", "link")).contains("lo:").doesNotContain("eth0");
        ContainerId stranger = TestHost.newId();
        assertThat(map(host.runtime.start(host.request(stranger, TestHost.shell(WAIT))))).as("ids that somebody still has").isNotEqualTo(ids);
        end(guest);
        ContainerId next = TestHost.newId();
        assertThat(map(host.runtime.start(host.request(next, TestHost.shell(WAIT))))).as("ids that nobody has").isEqualTo(ids);
    }

    @Test
    void anOwnerStartedAnewHasANetworkAnewWhichTheGuestJoinsWithItsNextStart() throws Exception {
        own(WAIT);
        Running before = join(network(WAIT));
        host.runtime.kill(owner);
        host.awaitEnd(owner);
        Running again = host.runtime.start(host.request(owner, TestHost.shell(WAIT), 2, Optional.of(cable())));
        assertThat(common(again, before)).isEmpty();
        host.runtime.kill(guest);
        host.awaitEnd(guest);
        Running after = host.runtime.start(host.request(guest, network(WAIT), 2, Optional.empty()));
        assertThat(common(again, after)).containsExactly("net", "user");
        assertThat(say(guest, "ip", "-o", "-4", "address", "show", "eth0")).contains("inet " + cable().address() + "/24");
    }

    @Test
    void anotherAgentKnowsWhoseIdsTheGuestHas() throws Exception {
        String ids = map(own(WAIT));
        join(network(WAIT));
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).hasSize(2);
        end(owner);
        assertThat(map(host.runtime.start(host.request(TestHost.newId(), TestHost.shell(WAIT))))).isNotEqualTo(ids);
        assertThat(say(guest, "echo", "still here")).isEqualTo("still here\n");
    }

    @Test
    void joinsThoughProcessesAreParkedAndLeavesThemForOthers() throws Exception {
        host.runtime.close();
        host.park(host.settings.withParked(2));
        Running first = own(WAIT);
        assertThat(host.runtime.awaitParked(Duration.ofSeconds(20))).isTrue();
        assertThat(common(first, join(network(WAIT)))).containsExactly("net", "user");
        assertThat(host.runtime.awaitParked(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void oneThatDoesNotRunHereIsRefusedByName() throws Exception {
        assertRefused(network(WAIT), "container " + owner.shortForm() + ", whose namespaces it shares, isn't running on this node");
        own("echo up; exit 0");
        host.awaitEnd(owner);
        assertRefused(network(WAIT), "isn't running on this node");
    }

    @Test
    void oneOfAnotherProjectIsAsIfItWereNotThere() throws Exception {
        own(WAIT);
        Desired.Container c = host.request(guest, network(WAIT)).container();
        Desired.Container foreign = new Desired.Container(
                c.id(), "other", c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec(), c.image(), c.stopSignal(), c.grace(), 0, false);
        RunRequest request = new RunRequest(foreign, 1, host.request(guest, network(WAIT)).layers(), Optional.empty());
        assertThatThrownBy(() -> host.runtime.start(request))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().detail()).endsWith("isn't running on this node"));
    }

    @Test
    void aNetworkThatIsAThirdsIsRefused() throws Exception {
        own(WAIT);
        join(network(WAIT));
        ContainerSpec chain = TestHost.shell(WAIT).but().network("container:" + guest).build();
        assertThatThrownBy(() -> host.runtime.start(host.request(TestHost.newId(), chain)))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure())
                        .extracting("step", "detail", "hint")
                        .containsExactly("share", "the network of container box is another container's", "name container " + owner.shortForm()));
    }

    private void assertRefused(ContainerSpec spec, String why) {
        assertThatThrownBy(() -> host.runtime.start(host.request(guest, spec)))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().detail()).contains(why));
    }

    @Test
    void theReportOfItsIsolationSaysWithWhom() throws Exception {
        own(WAIT);
        join(network(WAIT));
        var found = host.runtime.isolation(guest).findings().stream()
                .collect(Collectors.toMap(IsolationView.Finding::protection, one -> one.grade() + " " + one.found().split(",")[0]));
        assertThat(found).containsEntry("network-namespace", "B shared with box").containsEntry("pid-namespace", "A its own");
        assertThat(found.get("user-namespace")).startsWith("B shared with box");
    }

    @Test
    void theExplanationShowsWhatIsSharedAndWithWhom() throws Exception {
        Running first = own(WAIT);
        join(network(WAIT));
        assertThat(host.runtime.explain(guest).steps().toString())
                .contains("setns(pidfd of " + first.pid() + ", CLONE_NEWUSER|CLONE_NEWNET); clone3(CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWIPC|CLONE_NEWUTS|CLONE_NEWCGROUP|CLONE_PARENT)");
    }
}
