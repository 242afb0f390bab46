package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.view.IsolationView;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers in namespaces of the host, and privileged ones, where the node grants it. Root inside is nobody outside all the same. */
@Timeout(60)
class HostNamespacesIT {
    private static final Security PRIVILEGED = new Security(null, null, null, null, false, null, null, null, null, true);
    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    private void granting(String... grants) {
        host.runtime.close();
        host.boot(host.settings.granting(Grants.parse(List.of(grants))), KernelReport.COMPLETE);
    }

    private String said(ContainerSpec spec) throws Exception {
        host.run(id, spec);
        String said = host.output(id);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
        return said;
    }

    private static ContainerSpec shell(String script) {
        return TestHost.shell("exec 2>&1; " + script);
    }

    private static ContainerSpec in(String script, Namespaces namespaces) {
        return shell(script).but().namespaces(namespaces).build();
    }

    private static String ours(String namespace) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/" + namespace)).toString();
    }

    @Test
    void nothingOfItIsHadWithoutAGrantWhichIsNamed() {
        ContainerSpec all = in("true", new Namespaces("host", "host", "host")).but().network("host").security(PRIVILEGED).build();
        assertThatThrownBy(() -> host.runtime.start(host.request(id, all)))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure())
                        .extracting("step", "detail", "hint")
                        .containsExactly(
                                "grant",
                                "this node doesn't grant containers privileged, namespace:network, namespace:pid, namespace:ipc, namespace:uts",
                                "leave it out, or start the node's agent with --allow privileged --allow namespace:network --allow namespace:pid"
                                        + " --allow namespace:ipc --allow namespace:uts (GANTRY_ALLOW of ./gantry up)"));
        granting("capability:SYS_ADMIN", "seccomp:unconfined");
        assertThatThrownBy(() -> host.runtime.start(host.request(id, shell("true").but().security(PRIVILEGED).build())))
                .hasMessageContaining("doesn't grant containers privileged");
    }

    @Test
    void inTheHostsNetworkItReachesTheHostsLoopbackAndChangesNothing() throws Exception {
        granting("namespace:network");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            String script = "readlink /proc/self/ns/net; echo hello | nc 127.0.0.1 " + server.getLocalPort()
                    + "; ip link set lo down; cat /etc/resolv.conf; ls /sys/class/net; echo 1 > /sys/class/net/lo/mtu; hostname";
            Running running = host.runtime.start(host.request(id, shell(script).but().network("host").build()));
            try (var met = server.accept()) {
                assertThat(new String(met.getInputStream().readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("hello");
            }
            assertThat(host.awaitEnd(id).code()).isZero();
            assertThat(running.pid()).isPositive();
        }
        assertThat(host.output(id))
                .contains(ours("net"), "ip: ", "Operation not permitted", Files.readString(Path.of("/etc/resolv.conf")), "lo\n", "Read-only file system")
                .endsWith(id.shortForm() + "\n");
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void amongTheHostsProcessesItSeesThemAndCannotTouchThem() throws Exception {
        granting("namespace:pid");
        long us = ProcessHandle.current().pid();
        String script = "readlink /proc/self/ns/pid; grep Name /proc/%1$d/status; kill -0 %1$d; ls /proc/%1$d/root/; cat /proc/kallsyms; echo x > /proc/sys/kernel/core_pattern".formatted(us);
        assertThat(said(in(script, new Namespaces(null, "host"))))
                .contains(ours("pid"), "Name:", "sh: can't kill pid " + us + ": Operation not permitted", "ls: ", "Permission denied")
                .contains("/proc/sys/kernel/core_pattern: Read-only file system")
                .doesNotContain(" T ");
    }

    @Test
    void whatItStartsAmongTheHostsProcessesEndsWithIt() throws Exception {
        granting("namespace:pid");
        assertThat(said(in("sleep 1234 & sleep 1234 & echo started", new Namespaces(null, "host")))).isEqualTo("started\n");
        assertThat(ProcessHandle.allProcesses().flatMap(one -> one.info().commandLine().stream()).filter(line -> line.equals("sleep 1234"))).isEmpty();
    }

    @Test
    void inTheHostsIpcNamespaceItHasTheHostsSharedMemoryAsAnybody() throws Exception {
        granting("namespace:ipc");
        Path open = Files.writeString(Path.of("/dev/shm/gantry-" + id.shortForm()), "for all");
        Path closed = Files.writeString(Path.of("/dev/shm/gantry-closed-" + id.shortForm()), "for root");
        try {
            closed.toFile().setReadable(false, false);
            open.toFile().setReadable(true, false);
            assertThat(said(in("readlink /proc/self/ns/ipc; cat " + open + "; cat " + closed, new Namespaces("host", null))))
                    .contains(ours("ipc"), "for all", "Permission denied")
                    .doesNotContain("for root");
        } finally {
            Files.delete(open);
            Files.delete(closed);
        }
    }

    @Test
    void theHostsNameIsReadAndNotSet() throws Exception {
        granting("namespace:uts");
        String name = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        assertThat(said(in("hostname; hostname other; cat /etc/hostname", new Namespaces(null, null, "host"))))
                .isEqualTo(name + "hostname: sethostname: Operation not permitted\n" + name);
        assertThat(Files.readString(Path.of("/proc/sys/kernel/hostname"))).isEqualTo(name);
    }

    @Test
    void aPrivilegedOneMayAllThatItsOwnUsersCanAndNothingOfTheHosts() throws Exception {
        granting("privileged", "device:/dev/kmsg");
        String script = "grep -E 'CapEff|Seccomp:|NoNewPrivs' /proc/self/status; mount -t tmpfs x /tmp && echo mounted; unshare -m true && echo unshared; ls /dev/kmsg;"
                + " echo b > /proc/sysrq-trigger; echo x > /proc/sys/kernel/core_pattern; head -c 1 /proc/kcore; mknod /tmp/disk b 254 0; cat /proc/self/uid_map";
        assertThat(said(shell(script).but().security(PRIVILEGED).build()))
                .contains("CapEff:\t000001ffffffffff", "Seccomp:\t0", "NoNewPrivs:\t0", "mounted\n", "unshared\n", "/dev/kmsg\n")
                .containsPattern("sysrq-trigger: (Permission denied|nonexistent directory|Operation not permitted)")
                .contains("core_pattern: Permission denied", "mknod: /tmp/disk: Operation not permitted")
                .containsPattern(" 0 +" + host.settings.range(0).first() + " +65536");
    }

    /** What its root lies on is the empty one that it was prepared in. */
    @Test
    void aPrivilegedOneThatTakesItsRootAwayFindsNothingBelow() throws Exception {
        granting("privileged");
        String script = "exec 2>&1; umount -l / && echo taken; sleep 100";
        host.runtime.start(host.request(id, TestHost.shell(script).but().security(PRIVILEGED).build()));
        host.awaitOutput(id, "taken");
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("/bin/sh", "-c", "ls -la /"), null, null, null, false, false)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("No such file or directory");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void theReportOfItsIsolationSaysWhatIsTheHosts() throws Exception {
        granting("namespace:pid", "namespace:network", "privileged");
        ContainerSpec spec = in("echo up; sleep 100", new Namespaces(null, "host")).but().network("host").security(PRIVILEGED).build();
        host.runtime.start(host.request(id, spec));
        host.awaitOutput(id, "up");
        var found = host.runtime.isolation(id).findings().stream()
                .collect(Collectors.toMap(IsolationView.Finding::protection, one -> one.grade() + " " + one.found().split(",")[0]));
        assertThat(found)
                .containsEntry("network-namespace", "D the host's")
                .containsEntry("pid-namespace", "D the host's")
                .containsEntry("ipc-namespace", "A its own");
        assertThat(found.get("user-namespace")).startsWith("A users 0 to 65535 are");
        assertThat(found.get("masked-paths")).startsWith("C open");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }
}
